/* The arithmetic of bplib, sample by sample: each function gives what its namesake there gives (tests/test_live.py). */

/** Activation functions and their slopes, by name. */
export const activations = {
  identity: { value: (z) => z, slope: () => 1 },
  sigmoid: {
    value: (z) => 0.5 * (1 + Math.tanh(0.5 * z)),
    slope: (z) => {
      const a = 0.5 * (1 + Math.tanh(0.5 * z));
      return a * (1 - a);
    },
  },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  relu: { value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  leaky_relu: { value: (z) => (z > 0 ? z : 0.01 * z), slope: (z) => (z > 0 ? 1 : 0.01) },
};

/** Weighted inputs of a layer: x (n), W (n, k), b (k) give z (k). */
export function dense(x, W, b) {
  return b.map((bias, j) => x.reduce((sum, value, i) => sum + value * W[i][j], 0) + bias);
}

/** One sample through layers {W, b, activation}: for each its input x, weighted input z and activation a. */
export function feedforward(layers, x) {
  const cache = [];
  for (const { W, b, activation } of layers) {
    const z = dense(x, W, b);
    const a = z.map(activations[activation].value);
    cache.push({ x, z, a });
    x = a;
  }
  return cache;
}

/** From the blame of the outputs (k) back through all layers: for each da, dz, dW, db; and dx, that of the inputs. */
export function backward(layers, cache, da) {
  const gradients = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    const { W, activation } = layers[l];
    const { x, z } = cache[l];
    const dz = da.map((d, j) => d * activations[activation].slope(z[j]));
    gradients[l] = { da, dz, dW: x.map((value) => dz.map((d) => value * d)), db: dz };
    da = W.map((row) => row.reduce((sum, weight, j) => sum + weight * dz[j], 0));
  }
  return { gradients, dx: da };
}

/** Half the squared distance between output and target, and its slope with respect to the output. */
export const squaredError = {
  value: (output, target) => output.reduce((sum, value, k) => sum + (value - target[k]) ** 2, 0) / 2,
  gradient: (output, target) => output.map((value, k) => value - target[k]),
};

/** Surprise at the truth, of one logit, and its slope with respect to the logit. */
export const binaryCrossEntropy = {
  value: (z, target) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - target * z,
  gradient: (z, target) => activations.sigmoid.value(z) - target,
};

/** The loss of a batch of points X with classes Y (both m rows), and its gradients {dW, db}, layer by layer. */
export function backpropagation(layers, X, Y) {
  let loss = 0;
  const gradients = layers.map(({ W, b }) => ({ dW: W.map((row) => row.map(() => 0)), db: b.map(() => 0) }));
  X.forEach((x, i) => {
    const cache = feedforward(layers, x);
    const [z] = cache.at(-1).a;
    loss += binaryCrossEntropy.value(z, Y[i][0]) / X.length;
    const found = backward(layers, cache, [binaryCrossEntropy.gradient(z, Y[i][0]) / X.length]).gradients;
    found.forEach(({ dW, db }, l) => {
      dW.forEach((row, k) => row.forEach((value, j) => (gradients[l].dW[k][j] += value)));
      db.forEach((value, j) => (gradients[l].db[j] += value));
    });
  });
  return { loss, gradients };
}

/** One epoch in batches of a size, in the order of the rows, each with a step of the plain rule: the layers after it. */
export function train(layers, X, Y, rate, size) {
  for (let from = 0; from < X.length; from += size) {
    const { gradients } = backpropagation(layers, X.slice(from, from + size), Y.slice(from, from + size));
    layers = layers.map(({ W, b, activation }, l) => ({
      W: W.map((row, k) => row.map((weight, j) => weight - rate * gradients[l].dW[k][j])),
      b: b.map((bias, j) => bias - rate * gradients[l].db[j]),
      activation,
    }));
  }
  return layers;
}

/** One kernel (k, k) on one image of one channel: what it gives at every place, without a bias. */
export function convolution(image, W) {
  const [rows, columns] = [image.length - W.length + 1, image[0].length - W[0].length + 1];
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, s) => W.reduce((sum, line, u) => line.reduce((t, w, v) => t + w * image[r + u][s + v], sum), 0)),
  );
}

/** From the blame of every place back to the kernel and to the image: add where paths join. */
export function convolutionBackward(image, W, dy) {
  const dW = W.map((line) => line.map(() => 0));
  const dx = image.map((line) => line.map(() => 0));
  dy.forEach((places, r) =>
    places.forEach((blame, s) =>
      W.forEach((line, u) =>
        line.forEach((weight, v) => {
          dW[u][v] += blame * image[r + u][s + v];
          dx[r + u][s + v] += blame * weight;
        }),
      ),
    ),
  );
  return { dW, dx };
}

/** A sequence (steps rows) read from a state of zeros: a step is a dense layer of what is read and what is remembered. */
export function recurrence(x, W, U, b) {
  let state = b.map(() => 0);
  return x.map((row) => {
    const [step] = feedforward([{ W: [...W, ...U], b, activation: "tanh" }], [...row, ...state]);
    state = step.a;
    return step;
  });
}

/** From the blame of all states (steps rows) back through time. Each step's shares: dW holds those of W and, below, of U. */
export function recurrenceBackward(dy, cache, W, U) {
  const shares = [];
  let dh = dy[0].map(() => 0);
  for (let t = dy.length - 1; t >= 0; t--) {
    const { gradients, dx } = backward([{ W: [...W, ...U], activation: "tanh" }], [cache[t]], dy[t].map((d, j) => d + dh[j]));
    shares[t] = { ...gradients[0], dx: dx.slice(0, W.length) };
    dh = dx.slice(W.length);
  }
  return shares;
}

/** Logits to probabilities. */
export function softmax(z) {
  const largest = Math.max(...z);
  const e = z.map((value) => Math.exp(value - largest));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / sum);
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** One query q (d) asks the first few keys k (steps, d): its weights, and the mean of the values v (steps, n) with these. */
export function attention(q, k, v, seen = k.length, divisor = Math.sqrt(q.length)) {
  const weights = softmax(k.map((key, j) => (j < seen ? dot(q, key) / divisor : -Infinity)));
  return { y: v[0].map((_, n) => dot(weights, v.map((row) => row[n]))), weights };
}

/** From the blame of that mean (n) back: to the weights, the scores, the query, the keys and the values. */
export function attentionBackward(dy, q, k, v, weights, divisor = Math.sqrt(q.length)) {
  const dweights = v.map((row) => dot(dy, row));
  const mean = dot(dweights, weights);
  const dscores = weights.map((weight, j) => weight * (dweights[j] - mean));
  const dproducts = dscores.map((d) => d / divisor);
  return {
    dweights, dscores, dq: q.map((_, i) => dot(dproducts, k.map((key) => key[i]))),
    dk: dproducts.map((d) => q.map((value) => d * value)), dv: weights.map((weight) => dy.map((d) => d * weight)),
  };
}

/** Update rules: parameters, gradients (arrays of one length), state, learning rate give new parameters and state. */
export const optimizers = {
  sgd: (params, g, state, rate) => [params.map((p, i) => p - rate * g[i]), null],
  momentum: (params, g, state, rate, beta = 0.9) => {
    const v = params.map((_, i) => beta * (state ? state.v[i] : 0) - rate * g[i]);
    return [params.map((p, i) => p + v[i]), { v }];
  },
  rmsprop: (params, g, state, rate, beta = 0.9, epsilon = 1e-8) => {
    const s = params.map((_, i) => beta * (state ? state.s[i] : 0) + (1 - beta) * g[i] ** 2);
    return [params.map((p, i) => p - (rate * g[i]) / (Math.sqrt(s[i]) + epsilon)), { s }];
  },
  adam: (params, g, state, rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8) => {
    const t = state ? state.t + 1 : 1;
    const v = params.map((_, i) => beta1 * (state ? state.v[i] : 0) + (1 - beta1) * g[i]);
    const s = params.map((_, i) => beta2 * (state ? state.s[i] : 0) + (1 - beta2) * g[i] ** 2);
    const [vScale, sScale] = [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)];
    const step = (i) => (rate * (vScale * v[i])) / (Math.sqrt(sScale * s[i]) + epsilon);
    return [params.map((p, i) => p - step(i)), { v, s, t }];
  },
};

/** The path of an update rule down a slope: steps + 1 points; options are what the rule takes after its rate. */
export function walk(rule, gradient, start, rate, steps, ...options) {
  const path = [start];
  let state = null;
  for (let k = 0; k < steps; k++) {
    const [next, remembered] = optimizers[rule](path[k], gradient(path[k]), state, rate, ...options);
    path.push(next);
    state = remembered;
  }
  return path;
}

/** A number as the book prints it: a minus sign, so many decimals, no negative zero. */
export function text(value, decimals = 4) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const digits = size >= 1e5 || (size > 0 && size < 0.5 * 10 ** -decimals) ? size.toExponential(1) : size.toFixed(decimals);
  return (value < 0 && Number(digits) !== 0 ? "−" : "") + digits.replace("e-", "e−").replace("e+", "e");
}
