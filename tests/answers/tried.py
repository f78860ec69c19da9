"""Wrong answers that a student tried who had not seen the checks: two passed, and of the others something untrue was said, or nothing.

Each loses its points, and has one name.
"""

from __future__ import annotations

from answers import Answer

#: By exercise.
TRIED: dict[str, tuple[Answer, ...]] = {
    "activation": (
        Answer("elu_backward", "0 at the kink", """
def elu_backward(da, z, alpha):
    return da*np.where(z>0,1,np.where(z<0,alpha*np.exp(np.minimum(z,0)),0))
""", frozenset({"comparison-border"})),
        Answer("elu_backward", "0 on the warm side", """
def elu_backward(da, z, alpha):
    return da*np.where(z>0,0,alpha*np.exp(np.minimum(z,0)))
""", frozenset({"side-zero"})),
        Answer("softplus_derivative", "1 / (1 + e^z)", """
def softplus_derivative(z):
    return 1/(1+np.exp(z))
""", frozenset({"mirrored"})),
        Answer("softplus_derivative", "of the other sign", """
def softplus_derivative(z):
    return np.exp(-z)/(1+np.exp(-z))
""", frozenset({"mirrored"})),
        Answer("softplus_derivative", "e^z", """
def softplus_derivative(z):
    return np.exp(z)
""", frozenset({"slope-left-out"})),
        Answer("log_softmax", "without the sum", """
def log_softmax(z):
    return z-z.max(axis=1,keepdims=True)
""", frozenset({"term-left-out"})),
        Answer("log_softmax", "two logarithms divided", """
def log_softmax(z):
    return (lambda a: a/np.log(np.exp(a).sum(axis=1,keepdims=True)))(z-z.max(axis=1,keepdims=True))
""", frozenset({"other-operation"})),
        Answer("softplus", "clipped", """
def softplus(z):
    return np.log(1+np.exp(np.clip(z,-500,500)))
""", frozenset({"cut-off"})),
        Answer("swish", "the sigmoid of the square", """
def swish(z):
    return 1/(1+np.exp(-z*z))
""", frozenset({"coupled"})),
        Answer("elu", "warm above alpha", """
def elu(z, alpha):
    return np.where(z>alpha,z,alpha*(np.exp(np.minimum(z,alpha))-1))
""", frozenset({"other-variable"})),
        Answer("swish_backward", "the slope of the activation", """
def swish_backward(da, z):
    s = 1/(1+np.exp(-z)); a = z*s
    return da*(s+z*a*(1-a))
""", frozenset({"other-variable"})),
    ),
    "error": (
        Answer("huber_gradient", "mean over the samples", """
def huber_gradient(output, target, delta):
    d = output-target; m = len(d)
    return np.clip(d,-delta,delta).mean(axis=0)
""", frozenset({"one-for-all"})),
        Answer("huber_gradient", "mean over all", """
def huber_gradient(output, target, delta):
    d = output-target; m = len(d)
    return np.clip(d,-delta,delta).mean()
""", frozenset({"one-for-all"})),
        Answer("huber_gradient", "nothing below", """
def huber_gradient(output, target, delta):
    d = output-target; m = len(d)
    return np.clip(d,0,delta)/m
""", frozenset({"side-zero"})),
        Answer("huber_gradient", "nothing outside", """
def huber_gradient(output, target, delta):
    d = output-target; m = len(d)
    return np.where(abs(d)<=delta,d,0)/m
""", frozenset({"side-zero"})),
        Answer("huber_gradient", "0 at the bend", """
def huber_gradient(output, target, delta):
    d = output-target; m = len(d)
    return np.where(abs(d)<delta,d,np.where(abs(d)>delta,delta*np.sign(d),0))/m
""", frozenset({"comparison-border"})),
        Answer("huber_gradient", "in a copy of whole numbers", """
def huber_gradient(output,target,delta):
    e=output-target
    c=e.copy()
    mask=np.abs(e)>delta
    c[mask]=delta*np.sign(e[mask])
    return c/len(e)
""", frozenset({"cut-to-whole"})),
        Answer("hinge", "a matrix product", """
def hinge(scores, signs):
    return np.maximum(0,1-signs.T@scores).sum()/len(scores)
""", frozenset({"one-for-all"})),
        Answer("hinge", "(1 - s) z", """
def hinge(scores, signs):
    return np.mean(np.maximum(0,(1-signs)*scores))
""", frozenset({"parentheses-missing"})),
        Answer("hinge", "the distance", """
def hinge(scores, signs):
    return np.mean(np.abs(scores-signs))
""", frozenset({"other-function"})),
        Answer("hinge_gradient", "the other side's opposite at the kink", """
def hinge_gradient(scores, signs):
    return np.where(signs*scores<1,-signs,np.where(signs*scores==1,signs,0))/len(scores)
""", frozenset({"sign-inside"})),
        Answer("hinge_gradient", "the sign of the margin", """
def hinge_gradient(scores, signs):
    return -signs*(np.sign(1-signs*scores))/len(scores)
""", frozenset({"other-function"})),
        Answer("smoothed_cross_entropy_gradient", "the prediction smoothed, too", """
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = target.shape
    t = (1-epsilon)*target+epsilon/k
    e = np.exp(logits-logits.max(axis=1,keepdims=True)); p = e/e.sum(axis=1,keepdims=True)
    return ((1-epsilon)*p+epsilon/k-t)/m
""", frozenset({"part-missing"})),
        Answer("smoothed_cross_entropy_gradient", "logarithms of the prediction", """
def smoothed_cross_entropy_gradient(logits, target, epsilon):
    m, k = target.shape
    t = (1-epsilon)*target+epsilon/k
    e = np.exp(logits-logits.max(axis=1,keepdims=True)); p = e/e.sum(axis=1,keepdims=True)
    return (np.log(p)-t)/m
""", frozenset({"other-function"})),
    ),
    "feedforward": (
        Answer("forward_layers", "told by its array", """
def forward_layers(x, weights, biases):
    for W,b in zip(weights,biases):
        x = x@W+b
        if W is not weights[-1]:
            x = np.tanh(x)
    return x
""", frozenset({"case-left-out"})),
        Answer("forward_layers", "the last bend taken back", """
def forward_layers(x, weights, biases):
    for W,b in zip(weights,biases):
        x = np.tanh(x@W+b)
    return np.arctanh(x)
""", frozenset({"not-finite"})),
        Answer("forward_layers", "the first is bare", """
def forward_layers(x, weights, biases):
    x=x@weights[0]+biases[0]
    for W,b in zip(weights[1:],biases[1:]):
        x=np.tanh(x@W+b)
    return x
""", frozenset({"first-for-last"})),
        Answer("glorot_limit", "one input more", """
def glorot_limit(n_in, n_out):
    return np.sqrt(6/(n_in+1+n_out))
""", frozenset({"off-by-one"})),
        Answer("count_parameters", "returns in the loop", """
def count_parameters(sizes):
    n=0
    for a,b in zip(sizes[:-1],sizes[1:]):
        n+=a*b+b
        return n
""", frozenset({"stopped-early"})),
    ),
    "gradient_descent": (
        Answer("bowl_gradient", "as if symmetric", """
def bowl_gradient(x, A, c):
    return A @ (x-c)
""", frozenset({"term-left-out"})),
        Answer("bowl_gradient", "as if symmetric, transposed", """
def bowl_gradient(x, A, c):
    return A.T @ (x-c)
""", frozenset({"term-left-out"})),
        Answer("bowl_gradient", "as if symmetric, without the half", """
def bowl_gradient(x, A, c):
    return 2*A@(x-c)
""", frozenset({"term-left-out"})),
        Answer("bowl_gradient", "entry by entry", """
def bowl_gradient(x, A, c):
    return 0.5*(A+A.T)*(x-c)
""", frozenset({"other-operation"})),
        Answer("bowl_gradient", "the loss", """
def bowl_gradient(x, A, c):
    return 0.5*(x-c)@A@(x-c)
""", frozenset({"value-for-slope"})),
        Answer("descent_step", "by the length", """
def descent_step(theta, gradient, learning_rate):
    return theta - learning_rate*np.linalg.norm(gradient)
""", frozenset({"one-for-all"})),
        Answer("descent_step", "by the mean", """
def descent_step(theta, gradient, learning_rate):
    return theta - learning_rate*np.mean(gradient)
""", frozenset({"one-for-all"})),
        Answer("descend", "looks before the loop", """
def descend(gradient, start, learning_rate, steps, tolerance):
    x=np.array(start,float)
    g=gradient(x)
    if np.linalg.norm(g)<=tolerance:
        return x
    for _ in range(steps):
        x=x-learning_rate*gradient(x)
    return x
""", frozenset({"not-stopped"})),
        Answer("descend", "returns in the loop", """
def descend(gradient, start, learning_rate, steps, tolerance):
    x=np.array(start,float)
    for _ in range(steps):
        g=gradient(x)
        if np.linalg.norm(g)<=tolerance: break
        x=x-learning_rate*g
        return x
    return x
""", frozenset({"stopped-early"})),
        Answer("descend", "returns in the loop, and there alone", """
def descend(gradient, start, learning_rate, steps, tolerance):
    x=np.array(start,float)
    for _ in range(steps):
        g=gradient(x)
        if np.linalg.norm(g)>tolerance:
            x=x-learning_rate*g
        return x
""", frozenset({"stopped-early"})),
        Answer("descend", "goes on for either", """
def descend(gradient, start, learning_rate, steps, tolerance):
    x=np.array(start,float); n=0
    while n<steps or np.linalg.norm(gradient(x))>tolerance:
        x=x-learning_rate*gradient(x); n+=1
    return x
""", frozenset({"condition-mixed"})),
        Answer("descend", "the point before the last", """
def descend(gradient, start, learning_rate, steps, tolerance):
    x=np.array(start,float)
    for _ in range(steps):
        new=x-learning_rate*gradient(x)
        if np.linalg.norm(gradient(new))<=tolerance: return x
        x=new
    return x
""", frozenset({"old-value"})),
        Answer("backtracking_rate", "halved before the loop", """
def backtracking_rate(loss, theta, gradient, rate):
    rate=rate/2
    while loss(theta-rate*gradient)>loss(theta)-0.5*rate*np.sum(gradient**2):
        rate=rate/2
    return rate
""", frozenset({"steps-exchanged"})),
        Answer("backtracking_rate", "halved before looking", """
def backtracking_rate(loss, theta, gradient, rate):
    while True:
        rate=rate/2
        if loss(theta-rate*gradient)<=loss(theta)-0.5*rate*np.sum(gradient**2):
            return rate
""", frozenset({"steps-exchanged"})),
        Answer("backtracking_rate", "without the gradient", """
def backtracking_rate(loss, theta, gradient, rate):
    while loss(theta-rate)>loss(theta)-0.5*rate*np.sum(gradient**2):
        rate=rate/2
    return rate
""", frozenset({"factor-left-out"})),
        Answer("backtracking_rate", "one goal for all", """
def backtracking_rate(loss, theta, gradient, rate):
    goal=loss(theta)-0.5*rate*np.sum(gradient**2)
    for _ in range(40):
        if loss(theta-rate*gradient)<=goal: return rate
        rate/=2
    return rate
""", frozenset({"old-value"})),
    ),
}  # fmt: skip
