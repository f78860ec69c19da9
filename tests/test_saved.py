"""A network in a file: it comes back as it was, or is refused with a sentence."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from test_layers import everything

from bplib.applications.lenet import lenet
from bplib.applications.saved import VERSION, load, save
from bplib.network import Network, initialize

DENSE = Network((2, 3, 1), ("tanh", "sigmoid"))


@pytest.mark.parametrize("kept", [False, True])
def test_what_is_saved_comes_back(tmp_path, kept: bool):
    model, rng = everything(), np.random.default_rng(0)
    params = model.initialize(rng)
    if kept:
        x, y = rng.normal(size=(4, *model.input_shape)), np.eye(4)
        params |= model.loss_and_gradients(params, x, y, training=rng)[2]
    save(tmp_path / "a.npz", model, params)
    plan, again = load(tmp_path / "a.npz", model)
    assert plan == model and list(again) == list(params)
    for name in params:
        np.testing.assert_array_equal(again[name], params[name])


def test_a_dense_network_is_saved_in_the_same_way(tmp_path):
    params = initialize(DENSE, np.random.default_rng(0), dtype=np.float32)
    save(tmp_path / "dense.npz", DENSE, params)
    plan, again = load(tmp_path / "dense.npz")
    assert plan == DENSE and all(again[name].dtype == np.float32 for name in params)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "saved.npz"
    save(path, DENSE, initialize(DENSE, np.random.default_rng(0)))
    return path


def _changed(path, **arrays):
    with np.load(path) as file:
        held = {name: file[name] for name in file.files}
    np.savez(path, **{name: value for name, value in (held | arrays).items() if value is not None})


def _one_array(path):
    with path.open("wb") as file:
        np.save(file, np.ones(3))


def _plan(**fields):
    return np.array(
        json.dumps(
            {
                "kind": "Network",
                "sizes": [2, 3, 1],
                "activations": ["tanh", "sigmoid"],
                "loss": "mean_squared_error",
            }
            | fields
        )
    )


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:200]), "truncated"),
        (lambda path: path.write_bytes(b""), "truncated"),
        (lambda path: path.write_bytes(path.read_bytes()[:-300]), "truncated"),
        (lambda path: path.write_text("not a network"), "foreign"),
        (_one_array, "one array"),
        (lambda path: np.savez(path, W1=np.ones(3)), "foreign"),
        (lambda path: np.savez(path, x=np.array([{}], dtype=object)), "foreign"),
        (
            lambda path: _changed(path, version=np.array(VERSION + 1)),
            f"version {VERSION + 1}, expected {VERSION}",
        ),
        (lambda path: _changed(path, version=np.array("one")), "version one"),
        (lambda path: _changed(path, plan=np.array("{")), "plan"),
        (lambda path: _changed(path, plan=np.array("[" * 100_000)), "plan"),
        (lambda path: _changed(path, plan=np.array('{"kind": "os.system"}')), "unknown kind 'os.system'"),
        (lambda path: _changed(path, plan=np.array('{"kind": ["Network"]}')), "cannot be read"),
        (
            lambda path: _changed(path, plan=np.array('{"kind": "Dense", "units": 3}')),
            "a Dense, expected a Network, a Model or a VariationalAutoencoder",
        ),
        (
            lambda path: _changed(
                path, plan=np.array('{"kind": "Model", "input_shape": [2], "layers": [3]}')
            ),
            "cannot be read",
        ),
        (lambda path: _changed(path, plan=_plan(sizes=[2, 4, 1])), "do not fit"),
        (lambda path: _changed(path, plan=_plan(sizes=[2, 0, 1])), "above 0"),
        (lambda path: _changed(path, plan=_plan(sizes="two")), "cannot be read"),
        (lambda path: _changed(path, W2=None), "do not fit"),
        (lambda path: _changed(path, W3=np.ones(2)), "do not fit"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(saved, spoil, words):
    spoil(saved)
    with pytest.raises(ValueError) as refused:
        load(saved)
    assert words in str(refused.value) and str(saved) in str(refused.value)


def test_every_byte_that_is_flipped_is_refused_or_harmless(saved):
    whole, rng = saved.read_bytes(), np.random.default_rng(0)
    for place in rng.choice(len(whole), 300, replace=False):
        spoiled = bytearray(whole)
        spoiled[place] ^= 1 << int(rng.integers(8))
        saved.write_bytes(spoiled)
        try:
            plan, params = load(saved)
        except ValueError:
            continue
        plan.check(params)


def test_another_network_than_expected_is_refused(saved):
    with pytest.raises(ValueError, match="another network"):
        load(saved, lenet((1, 8, 8), 10))


def test_loading_runs_no_code(tmp_path):
    class Harm:
        def __reduce__(self):
            return (pytest.fail, ("code was run",))

    path = tmp_path / "harm.npz"
    path.write_bytes(pickle.dumps(Harm()))
    with pytest.raises(ValueError, match="foreign"):
        load(path)


def test_nothing_is_half_written(tmp_path, saved, monkeypatch):
    before = saved.read_bytes()
    params = initialize(DENSE, np.random.default_rng(1))
    with pytest.raises(ValueError, match="W1"):
        save(saved, DENSE, {**params, "W1": np.ones(3)})

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space"):
        save(saved, DENSE, params)
    assert saved.read_bytes() == before and list(tmp_path.iterdir()) == [saved]


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.npz")
