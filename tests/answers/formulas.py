#!/usr/bin/python3
"""Writes formulas.txt: answers from SciPy, NumPy and mpmath, and from definitions written down anew.

python3 formulas.py > formulas.txt. Nothing here is read from the program that is tested.
"""
import itertools
import math
import random
from fractions import Fraction

import mpmath as mp
import numpy as np
import scipy
from scipy import optimize, stats

mp.mp.dps = 40
draw = random.Random(11)
numbers = np.random.default_rng(11)
SCIPY, MPMATH = f"scipy {scipy.__version__}", f"mpmath {mp.__version__}"


def show(value):
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return ";".join(show(v) for v in value)
    return mp.nstr(mp.mpf(value), 17) if isinstance(value, mp.mpf) else repr(float(value))


def line(calculation, program, inputs, answers, tolerance=None):
    tail = f"~{tolerance:g}" if tolerance else ""
    asked = " ".join(f"--{key} {show(value)}" for key, value in inputs.items())
    answered = " ".join(f"{key}={show(value)}{tail}" for key, value in answers.items())
    print(f"{calculation} | {program} | {asked} | {answered}")


def rounded(values, digits):
    return [float(f"{v:.{digits}f}") for v in values]


def sample(size, ties, shift=0.0):
    return rounded(numbers.gamma(2, 3, size) + shift, 0 if ties else 4)


def normal_tail(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


def z_of(tail):
    return mp.sqrt(2) * mp.erfinv(1 - 2 * mp.mpf(tail))


# ---- two samples


def anderson_tail(a2):
    """Anderson and Darling 1954, as one series."""
    def term(j):
        t = (4 * j + 1) ** 2 * mp.pi**2 / (8 * a2)
        inner = mp.quad(lambda w: mp.exp(a2 / (8 * (w * w + 1)) - t * w * w), [0, 0.5, 1, 2, 5, 20])
        return mp.binomial(mp.mpf(-1) / 2, j) * (4 * j + 1) * mp.exp(-t) * inner
    return 1 - mp.sqrt(2 * mp.pi) / a2 * mp.fsum(term(j) for j in range(14))


def two_samples():
    for case in range(24):
        ties = case % 3 == 0
        x = sample(draw.choice([4, 5, 9, 20, 40]), ties)
        y = sample(draw.choice([3, 6, 15, 30]), ties, draw.choice([0, 0, 1, 4]))
        t = stats.anderson_ksamp([x, y]).statistic
        spread = mp.sqrt(2 * (mp.pi**2 - 9) / 3)
        line("anderson_darling", f"{SCIPY} anderson_ksamp; {MPMATH}", {"x": x, "y": y},
             {"t": t, "p": anderson_tail(1 + mp.mpf(t) * spread)})
    for case in range(24):
        x = sample(draw.choice([2, 5, 11, 30]), case % 4 == 0)
        y = sample(draw.choice([2, 7, 12, 25]), case % 4 == 0, draw.choice([0, 3]))
        q = draw.choice([0.5, 0.9, 0.25, 0.99, 0.0, 1.0])
        def error(values):
            v, n = np.sort(values), len(values)
            rank = min(max(math.floor(n * q + 0.5), 1), n)
            cuts = stats.beta.cdf(np.arange(n + 1) / n, rank, n - rank + 1)
            weights = np.diff(cuts)
            mean = weights @ v
            return math.sqrt(max(weights @ (v - mean) ** 2, 0))
        off = np.quantile(x, q) - np.quantile(y, q)
        se = math.hypot(error(x), error(y))
        if se == 0:
            continue
        line("quantile_difference", f"numpy, {SCIPY} beta", {"x": x, "y": y, "q": q, "alpha": 0.1},
             {"difference": off, "se": se, "lo": off - stats.norm.isf(0.05) * se,
              "hi": off + stats.norm.isf(0.05) * se, "z": off / se,
              "p": 2 * stats.norm.sf(abs(off / se))})
    for case in range(20):
        ties = case % 4 == 0
        x = sample(draw.choice([2, 3, 8, 25]), ties)
        y = sample(draw.choice([2, 4, 9, 20]), ties, draw.choice([0, 1, 4, 30]))
        if case > 16:
            x, y = [v / 1e6 for v in x], [v / 1e6 for v in y]
        if len(set(x)) == 1 or len(set(y)) == 1:
            continue
        test = stats.ttest_ind(x, y, equal_var=False)
        less = stats.ttest_ind(x, y, equal_var=False, alternative="less").pvalue
        line("welch_t", f"{SCIPY} ttest_ind", {"x": x, "y": y},
             {"mean_x": np.mean(x), "var_x": np.var(x, ddof=1), "t": test.statistic,
              "p_two_sided": test.pvalue, "p_less": less})
    for case in range(22):
        x = sample(draw.choice([1, 2, 3, 10, 41]), case % 3 == 0)
        q = sorted(draw.sample([0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1], 3))
        line("quantile_type7", "numpy quantile", {"x": x, "q": q}, {"value": np.quantile(x, q)})
    for n, p, alpha in itertools.product([1, 5, 20, 100, 2000], [0.1, 0.5, 0.99], [0.05, 0.001]):
        low = max([r for r in range(1, n + 1) if stats.binom.cdf(r - 1, n, p) <= alpha / 2],
                  default=0)
        high = min([r for r in range(1, n + 1) if stats.binom.sf(r - 1, n, p) <= alpha / 2],
                   default=n + 1)
        cover = stats.binom.cdf(high - 1, n, p) - (stats.binom.cdf(low - 1, n, p) if low else 0)
        line("quantile_order_ci", f"{SCIPY} binom", {"n": n, "p": p, "alpha": alpha},
             {"lower_rank": low, "upper_rank": high, "coverage": cover})


# ---- shares


def koopman(x1, n1, x2, n2, alpha):
    def excess(log_ratio):
        f = mp.exp(log_ratio)
        a, b, c = (n1 + n2) * f, (n1 + x2) * f + x1 + n2, x1 + x2
        p2 = (b - mp.sqrt(b * b - 4 * a * c)) / (2 * a)
        p1 = f * p2
        return ((x1 - n1 * p1) ** 2 / (n1 * p1 * (1 - p1))
                + (x2 - n2 * p2) ** 2 / (n2 * p2 * (1 - p2)) - z_of(alpha / 2) ** 2)
    def halve(inside, outside):
        for _ in range(120):
            middle = (inside + outside) / 2
            if excess(middle) < 0:
                inside = middle
            else:
                outside = middle
        return mp.exp(inside)
    centre = mp.log(mp.mpf(x1) * n2 / (mp.mpf(x2) * n1)) if x1 and x2 else mp.mpf(20 if x1 else -20)
    low = halve(centre + mp.mpf("1e-9"), centre - 40) if x1 else mp.mpf(0)
    high = halve(centre - mp.mpf("1e-9"), centre + 40) if x2 else mp.inf
    return low, high


def some_shares(case):
    n1, n2 = draw.choice([10, 40, 1000, 10**6]), draw.choice([8, 80, 5000, 10**6])
    x1 = draw.randint(1, max(1, n1 // draw.choice([1, 2, 10])))
    x2 = draw.randint(1, max(1, n2 // draw.choice([1, 2, 10])))
    return {0: (0, n1, x2, n2), 1: (x1, n1, 0, n2), 2: (min(x1, n1 - 1), n1, n2 - 1, n2)}.get(
        case, (min(x1, n1 - 1), n1, min(x2, n2 - 1), n2))


def miettinen_nurminen_z(x1, n1, x2, n2, margin):
    """The constrained estimate by maximising the likelihood, not by the cubic's root."""
    x1, n1, x2, n2, d = (mp.mpf(v) for v in (x1, n1, x2, n2, margin))
    low, high = max(mp.mpf(0), -d), min(mp.mpf(1), 1 - d)
    def slope(p2):
        p1 = p2 + d
        return x1 / p1 - (n1 - x1) / (1 - p1) + x2 / p2 - (n2 - x2) / (1 - p2)
    for _ in range(130):
        middle = (low + high) / 2
        if slope(middle) > 0:
            low = middle
        else:
            high = middle
    p2, p1 = low, low + d
    n = n1 + n2
    return (x1 / n1 - x2 / n2 - d) / mp.sqrt(
        (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1))


def shares():
    for case in range(24):
        x1, n1, x2, n2 = some_shares(case)
        alpha = draw.choice([0.05, 0.01, 0.2])
        low, high = koopman(x1, n1, x2, n2, mp.mpf(alpha))
        answers = {"koopman_lo": low, "koopman_hi": high}
        if x1 and x2:
            half = z_of(mp.mpf(alpha) / 2) * mp.sqrt(
                (n1 - x1) / mp.mpf(n1 * x1) + (n2 - x2) / mp.mpf(n2 * x2))
            ratio = mp.mpf(x1) * n2 / (mp.mpf(x2) * n1)
            answers |= {"ratio": ratio, "lo": ratio * mp.exp(-half), "hi": ratio * mp.exp(half)}
        line("relative_risk", f"{MPMATH}, Katz 1978, Koopman 1984",
             {"x1": x1, "n1": n1, "x2": x2, "n2": n2, "alpha": alpha}, answers)
    for case in range(24):
        x1, n1, x2, n2 = some_shares(case + 3)
        margin = draw.choice([0.0, 0.01, 0.1, -0.05])
        z = miettinen_nurminen_z(x1, n1, x2, n2, margin)
        line("score_test", f"{MPMATH}, likelihood of Miettinen and Nurminen 1985",
             {"x1": x1, "n1": n1, "x2": x2, "n2": n2, "margin": margin},
             {"z": z, "p_greater": normal_tail(z), "p_less": normal_tail(-z)})
    for a, b in itertools.product([0.5, 1, 4, 120, 1e6], [0.5, 3, 118, 1e7]):
        alpha = draw.choice([0.05, 0.01, 0.5])
        line("credible_interval", f"{SCIPY} beta", {"a": a, "b": b, "alpha": alpha},
             {"mean": a / (a + b), "lo": stats.beta.ppf(alpha / 2, a, b),
              "hi": stats.beta.isf(alpha / 2, a, b)})


# ---- design


def arcsine_power(p1, p2, n1, ratio, alpha, alternative):
    h = 2 * mp.asin(mp.sqrt(p1)) - 2 * mp.asin(mp.sqrt(p2))
    shift = abs(h) * mp.sqrt(mp.mpf(n1) * ratio / (1 + ratio))
    if alternative == "two-sided":
        z = z_of(mp.mpf(alpha) / 2)
        return normal_tail(z - shift) + normal_tail(z + shift)
    return normal_tail(z_of(alpha) - shift)  # one-sided: in the direction of the difference


def design():
    sides = ["two-sided", "larger", "smaller"]
    for _ in range(22):
        p1, p2 = mp.mpf(draw.choice(["0.01", "0.2", "0.5"])), mp.mpf(draw.choice(["0.015", "0.25", "0.55"]))
        n1, ratio = draw.choice([100, 5000, 10**5]), draw.choice([1.0, 0.25, 3.0])
        alpha, side = draw.choice([0.05, 0.01]), draw.choice(sides)
        line("power", f"{MPMATH}, Cohen 1988",
             {"p1": p1, "p2": p2, "n1": n1, "ratio_n2_over_n1": ratio, "alpha": alpha,
              "alternative": side}, {"power": arcsine_power(p1, p2, n1, ratio, alpha, side)})
    for _ in range(22):
        p1 = mp.mpf(draw.choice(["0.01", "0.1", "0.4"]))
        n1, ratio = draw.choice([500, 5000, 10**6]), draw.choice([1.0, 0.5, 4.0])
        alpha, power = draw.choice([0.05, 0.01]), draw.choice([0.8, 0.9])
        h = optimize.brentq(lambda h: float(
            normal_tail(z_of(mp.mpf(alpha) / 2) - h) + normal_tail(z_of(mp.mpf(alpha) / 2) + h))
            - power, 0, 20, xtol=1e-15, rtol=1e-14) / math.sqrt(n1 * ratio / (1 + ratio))
        angle = 2 * mp.asin(mp.sqrt(p1))
        answers = {"above": mp.sin((angle + h) / 2) ** 2}
        if angle > h:
            answers["below"] = mp.sin((angle - h) / 2) ** 2
        line("minimum_effect", f"{MPMATH}, {SCIPY} brentq, Cohen 1988",
             {"p1": p1, "n1": n1, "ratio_n2_over_n1": ratio, "alpha": alpha, "power": power},
             answers)
    for _ in range(22):
        d, sd1, sd2 = draw.choice([1.0, 10.0, 0.001]), draw.choice([3.0, 60.0]), draw.choice([3.0, 45.5])
        alpha, power = draw.choice([0.05, 0.001]), draw.choice([0.8, 0.95])
        ratio, side = draw.choice([1.0, 0.5, 4.0]), draw.choice(["two-sided", "larger"])
        tail = alpha / 2 if side == "two-sided" else alpha
        n1 = ((z_of(tail) + z_of(1 - mp.mpf(power))) / d) ** 2 * (sd1**2 + sd2**2 / ratio)
        line("sample_size_means", f"{MPMATH}, normal theory",
             {"difference": d, "sd1": sd1, "sd2": sd2, "alpha": alpha, "power": power,
              "ratio_n2_over_n1": ratio, "alternative": side}, {"n1": n1, "n2": n1 * ratio})


# ---- many at once


def step_down(p, factor):
    order, out, worst = sorted(range(len(p)), key=lambda i: p[i]), [0] * len(p), 0
    for rank, i in enumerate(order):
        worst = max(worst, min(1, factor(p[i], rank)))
        out[i] = worst
    return out


def step_up(p, factor):
    order, out, best = sorted(range(len(p)), key=lambda i: -p[i]), [0] * len(p), 1
    for rank, i in enumerate(order):
        best = min(best, factor(p[i], len(p) - rank))
        out[i] = best
    return out


def many():
    for case in range(22):
        m = draw.choice([1, 2, 5, 12])
        p = [float(f"{draw.random() ** draw.choice([1, 3, 20]):.3g}") for _ in range(m)]
        if case == 0:
            p = [1e-300, 1e-12, 0.04, 1.0, 0.04]
        m, exact = len(p), [mp.mpf(v) for v in p]
        harmonic = mp.fsum(mp.mpf(1) / i for i in range(1, m + 1))
        line("multiple_testing", f"{MPMATH}, definitions", {"p": p},
             {"bonferroni": [min(mp.mpf(1), v * m) for v in exact],
              "sidak": [-mp.expm1(m * mp.log1p(-v)) if v < 1 else mp.mpf(1) for v in exact],
              "holm": step_down(exact, lambda v, r: v * (m - r)),
              "holm_sidak": step_down(exact, lambda v, r: -mp.expm1((m - r) * mp.log1p(-v))
                                      if v < 1 else mp.mpf(1)),
              "hochberg": step_up(exact, lambda v, r: v * (m - r + 1)),
              "bh": step_up(exact, lambda v, r: v * m / r),
              "by": step_up(exact, lambda v, r: v * m * harmonic / r)})
    for _ in range(24):
        e = [float(f"{math.exp(draw.gauss(1, 3)):.4g}") for _ in range(draw.choice([1, 3, 8, 20]))]
        rate, ordered = draw.choice([0.05, 0.1, 0.3]), sorted(e, reverse=True)
        count = max([k for k in range(1, len(e) + 1) if ordered[k - 1] >= len(e) / (rate * k)],
                    default=0)
        line("e_bh", "definition", {"e": e, "rate": rate}, {"discoveries": count})
    for _ in range(20):
        e = [mp.mpf(f"{math.exp(draw.gauss(0, 5)):.4g}") for _ in range(draw.choice([1, 3, 8]))]
        mean, product = mp.fsum(e) / len(e), mp.fprod(e)
        line("e_combine", MPMATH, {"e": e},
             {"mean": mean, "p_mean": min(mp.mpf(1), 1 / mean), "product": product,
              "p_product": min(mp.mpf(1), 1 / product)})
    for p, kappa in itertools.product(["1e-300", "1e-12", "0.001", "0.05", "0.3", "0.9"],
                                      ["0.5", "0.1", "0.9", "1"]):
        v, k = mp.mpf(p), mp.mpf(kappa)
        line("p_to_e", f"{MPMATH}, Vovk and Wang 2021", {"p": p, "kappa": kappa},
             {"e": k * v ** (k - 1), "e_mixed": (1 - v + v * mp.log(v)) / (v * mp.log(v) ** 2)})


# ---- two models, two groups, logged decisions


def places(values):
    """Mean ranks within `values`, by counting."""
    return [sum(v < w for v in values) + (sum(v == w for v in values) + 1) / 2 for w in values]


def delong_by_definition(label, scores):
    positive = [i for i, l in enumerate(label) if l]
    negative = [i for i, l in enumerate(label) if not l]
    def wins(s):
        return np.array([[(s[i] > s[j]) + 0.5 * (s[i] == s[j]) for j in negative]
                         for i in positive])
    tables = [wins(s) for s in scores]
    rows = np.cov([t.mean(axis=1) for t in tables])
    columns = np.cov([t.mean(axis=0) for t in tables])
    return [t.mean() for t in tables], rows / len(positive) + columns / len(negative)


def paired():
    for case in range(22):
        n = draw.choice([8, 15, 40])
        label = [1, 0, 1, 0] + [draw.randint(0, 1) for _ in range(n - 4)]
        scores = [rounded([draw.gauss(l * strength, 1) for l in label], 1 + case % 3)
                  for strength in (1, 0.5)]
        (auc1, auc2), cov = delong_by_definition(label, scores)
        z = (auc1 - auc2) / math.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
        line("delong", "numpy, DeLong et al. 1988 by definition",
             {"label": ";".join(map(str, label)), "score1": scores[0], "score2": scores[1]},
             {"auc1": auc1, "auc2": auc2, "var1": cov[0, 0], "var2": cov[1, 1],
              "cov12": cov[0, 1], "z": z, "p_two_sided": 2 * stats.norm.sf(abs(z))})
    for _ in range(22):
        xc, xt = (sample(draw.choice([4, 10, 25]), False) for _ in range(2))
        yc = rounded([v * 1.5 + draw.gauss(0, 2) for v in xc], 3)
        yt = rounded([v * 1.5 + draw.gauss(1, 2) for v in xt], 3)
        theta = np.cov(xc + xt, yc + yt)[0, 1] / np.var(xc + xt, ddof=1)
        centre = np.mean(xc + xt)
        ac = [y - theta * (x - centre) for x, y in zip(xc, yc)]
        at = [y - theta * (x - centre) for x, y in zip(xt, yt)]
        test = stats.ttest_ind(at, ac, equal_var=False)
        line("cuped", f"{SCIPY} ttest_ind of adjusted values",
             {"x_control": xc, "y_control": yc, "x_treat": xt, "y_treat": yt},
             {"theta": theta, "adj_mean_c": np.mean(ac), "adj_mean_t": np.mean(at),
              "adj_var_c": np.var(ac, ddof=1), "adj_var_t": np.var(at, ddof=1),
              "diff": np.mean(at) - np.mean(ac), "welch_p": test.pvalue})
    for _ in range(20):
        n, d, k = draw.choice([1, 2, 5, 20]), draw.choice([1, 2, 4]), draw.choice([1, 3])
        contexts, x = np.round(numbers.normal(size=(n, d)), 2), np.round(numbers.normal(size=d), 2)
        arms = [draw.randrange(k) for _ in range(n)]
        rewards = rounded(numbers.random(n), 2)
        alpha, ridge = draw.choice([0.0, 1.0, 2.5]), draw.choice([0.1, 1.0])
        bound = []
        for arm in range(k):
            seen = [i for i in range(n) if arms[i] == arm]
            a = ridge * np.eye(d) + contexts[seen].T @ contexts[seen]
            b = contexts[seen].T @ np.array([rewards[i] for i in seen])
            bound.append(x @ np.linalg.solve(a, b) + alpha * math.sqrt(x @ np.linalg.solve(a, x)))
        line("linucb", "numpy linalg",
             {"K": k, "alpha": alpha, "lambda": ridge, "arms": ";".join(map(str, arms)),
              "rewards": rewards, "contexts": "|".join(show(list(r)) for r in contexts), "x": x},
             {"ucb_per_arm": bound})
    for _ in range(20):
        n, k, cut = draw.choice([3, 10, 30]), draw.choice([2, 4]), draw.choice([2.0, 10.0])
        pi = np.round(numbers.dirichlet([1] * k, n), 3)
        pi[:, -1] = np.round(1 - pi[:, :-1].sum(axis=1), 3)
        actions = [draw.randrange(k) for _ in range(n)]
        rewards, p = rounded(numbers.random(n), 2), rounded(0.1 + 0.8 * numbers.random(n), 2)
        q = np.round(numbers.random((n, k)), 2)
        w = pi[range(n), actions] / np.array(p)
        model, residual = (pi * q).sum(axis=1), np.array(rewards) - q[range(n), actions]
        dr = model + w * residual
        line("ope", "numpy, definitions",
             {"K": k, "lambda": cut, "actions": ";".join(map(str, actions)), "rewards": rewards,
              "pscore": p, "pi_e": "|".join(show(list(r)) for r in pi),
              "qhat": "|".join(show(list(r)) for r in q)},
             {"ips": (w * rewards).mean(), "snips": (w * rewards).sum() / w.sum(),
              "clipped_ips": (np.minimum(w, cut) * rewards).mean(), "dm": model.mean(),
              "dr": dr.mean(), "sndr": model.mean() + (w * residual).mean() / w.mean(),
              "dr_clipped": (model + np.minimum(w, cut) * residual).mean(),
              "switch_dr": (model + w * (w <= cut) * residual).mean(),
              "ess": w.sum() ** 2 / (w**2).sum(),
              "se_ips": (w * rewards).std(ddof=1) / math.sqrt(n),
              "se_dr": dr.std(ddof=1) / math.sqrt(n)})
    for _ in range(20):
        k, n = draw.choice([2, 3]), draw.choice([10, 60])
        actions = [draw.randrange(k) for _ in range(n)]
        rewards = [draw.randint(0, 1) for _ in range(n)]
        pulls, sums, chosen = [0] * k, [0] * k, []
        for action, reward in zip(actions, rewards):
            t = sum(pulls)
            index = [math.inf if not pulls[a] else sums[a] / pulls[a]
                     + math.sqrt(2 * math.log(t) / pulls[a]) for a in range(k)]
            if index.index(max(index)) == action:
                pulls[action] += 1
                sums[action] += reward
                chosen.append(action)
        if chosen:
            line("replay_ucb1", "definition of Li et al. 2011",
                 {"K": k, "logged_actions": ";".join(map(str, actions)),
                  "logged_rewards": ";".join(map(str, rewards))},
                 {"accepted": len(chosen), "total_reward": sum(sums),
                  "ctr_estimate": sum(sums) / len(chosen), "accepted_action_sequence": chosen})
    for case in range(20):
        k = draw.choice([2, 3, 5])
        if case % 2:
            one, two = rounded([draw.gauss(0, 1) for _ in range(k)], 2), rounded(
                [0.2 + draw.random() for _ in range(k)], 2)
            laws = [stats.norm(m, s) for m, s in zip(one, two)]
            x, weight = np.polynomial.legendre.leggauss(4000)
            x, weight = 12 * x, 12 * weight
        else:
            one, two = ([float(draw.randint(1, 30)) for _ in range(k)] for _ in range(2))
            laws = [stats.beta(a, b) for a, b in zip(one, two)]
            x, weight = np.polynomial.legendre.leggauss(400)
            x, weight = (x + 1) / 2, weight / 2
        best = [sum(weight * laws[i].pdf(x) * np.prod([laws[j].cdf(x) for j in range(k) if j != i],
                                                     axis=0)) for i in range(k)]
        top = [best[i] * (0.5 + 0.5 * sum(best[j] / (1 - best[j]) for j in range(k) if j != i))
               for i in range(k)]
        line("prob_best_ttts", f"quadrature with numpy and {SCIPY}",
             {"family": ["beta", "gaussian"][case % 2], "param1": one, "param2": two},
             {"prob_best": best, "top_two_ts_selection_prob_beta0.5": top}, 1e-7)


def halving():
    for k, budget in itertools.product([1, 2, 3, 7, 10, 64, 1000], [100, 10**4, 123456789]):
        rounds, left, arms = math.ceil(math.log2(k)), k, []
        for _ in range(rounds):
            arms.append(left)
            left = -(-left // 2)
        pulls = [budget // (a * rounds) for a in arms]
        answers = {"rounds": rounds, "pulls_used": sum(a * p for a, p in zip(arms, pulls))}
        if rounds:
            answers |= {"arms": arms, "pulls": pulls}
        line("sequential_halving", "integers, Karnin, Koren and Somekh 2013",
             {"K": k, "budget": budget}, answers)


# ---- Wald's sequential test


def failure_by_failure(accept, reject, up, down, p):
    """The chances to end at either limit and the mean number, by the law of the failures so far."""
    going, ended, mean, n = {0: 1.0}, [0.0, 0.0], 0.0, 0
    while going and sum(going.values()) > 1e-15:
        mean += sum(going.values())
        n, after = n + 1, {}
        for x, chance in going.items():
            for more, part in ((0, chance * (1 - p)), (1, chance * p)):
                log_ratio = (x + more) * up + (n - x - more) * down
                if log_ratio <= accept:
                    ended[0] += part
                elif log_ratio >= reject:
                    ended[1] += part
                else:
                    after[x + more] = after.get(x + more, 0.0) + part
        going = after
    return ended, mean


def fredholm(accept, reject, step, sd, nodes=400):
    """The same of a normal walk: 1 or what is beyond a limit, plus the integral over what is inside."""
    x, weight = np.polynomial.legendre.leggauss(nodes)
    at = np.append((x + 1) * (reject - accept) / 2 + accept, 0.0)
    weight = np.append(weight * (reject - accept) / 2, 0.0)
    inside = stats.norm.pdf(at[None, :], at[:, None] + step, sd) * weight
    gained = np.array([np.ones_like(at), stats.norm.cdf(accept, at + step, sd),
                       stats.norm.sf(reject, at + step, sd)]).T
    return np.linalg.solve(np.eye(nodes + 1) - inside, gained)[-1]


def wald_test():
    for p0, p1 in [(0.1, 0.3), (0.01, 0.05), (0.002, 0.01), (0.4, 0.55), (0.7, 0.95), (0.02, 0.03)]:
        for alpha, beta, p in [(0.05, 0.1, p0), (0.01, 0.02, p1), (0.2, 0.05, (p0 + p1) / 2),
                               (1e-4, 0.3, p0), (0.05, 0.05, min(1.2 * p1, 0.97))]:
            accept, reject = math.log(beta / (1 - alpha)), math.log((1 - beta) / alpha)
            up, down = math.log(p1 / p0), math.log((1 - p1) / (1 - p0))
            ended, mean = failure_by_failure(accept, reject, up, down, p)
            def moved(h):
                return (p * math.exp(h * up) + (1 - p) * math.exp(h * down) - 1) / h
            h = optimize.brentq(moved, *((1e-9, 60) if moved(1e-9) < 0 else (-60, -1e-9)),
                                xtol=1e-14)
            lower, upper = math.exp(h * accept), math.exp(h * reject)
            accepts = (upper - 1) / (upper - lower)
            drift = p * up + (1 - p) * down
            line("sprt", f"sums over counts; {SCIPY} brentq",
                 {"p0": p0, "p1": p1, "alpha": alpha, "beta": beta, "p": p},
                 {"h_accept_intercept": -accept / (up - down), "slope": -down / (up - down),
                  "h_reject_intercept": reject / (up - down), "P_accept_H0": ended[0],
                  "P_reject_H0": ended[1], "ASN": mean, "wald_P_accept": accepts,
                  "wald_ASN": (accepts * accept + (1 - accepts) * reject) / drift}, 1e-8)
    for delta, (alpha, beta) in itertools.product([0.1, 0.3, 0.7, 1.5, 4.0],
                                                  [(0.05, 0.1), (0.01, 0.3)]):
        for theta in [0.0, delta, 0.3 * delta]:
            accept, reject = math.log(beta / (1 - alpha)), math.log((1 - beta) / alpha)
            mean, accepts, rejects = fredholm(accept, reject, delta * (theta - delta / 2), delta)
            h = 1 - 2 * theta / delta
            lower, upper = math.exp(h * accept), math.exp(h * reject)
            walds = (upper - 1) / (upper - lower)
            line("sprt_normal", f"numpy {np.__version__} solve; {SCIPY} norm",
                 {"delta_over_sigma": delta, "alpha": alpha, "beta": beta, "theta": theta},
                 {"logA": reject, "logB": accept, "P_accept_H0": accepts, "P_reject_H0": rejects,
                  "ASN": mean, "wald_P_accept_H0": walds,
                  "wald_ASN": (walds * accept + (1 - walds) * reject) / (
                      delta * (theta - delta / 2))}, 1e-8)


# ---- bandits


def above_by_sum(a, b, c, d):
    """P(Beta(c, d) > Beta(a, b)) of whole numbers, as a finite sum (Evan Miller 2015)."""
    def log_beta(x, y):
        return math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y)
    return math.fsum(math.exp(log_beta(a + i, b + d) - math.log(d + i) - log_beta(1 + i, d)
                              - log_beta(a, b)) for i in range(c))


def kl_upper(mean, level):
    def excess(q):
        parts = [(mean, q), (1 - mean, 1 - q)]
        return sum(x * math.log(x / y) for x, y in parts if x > 0) - level
    if level == 0 or mean == 1:
        return mean
    return optimize.brentq(excess, mean, 1 - 1e-16, xtol=1e-15)


def chance_of_second(policy, epsilon, n, s):
    if policy == "thompson":
        return above_by_sum(1 + s[0], 1 + n[0] - s[0], 1 + s[1], 1 + n[1] - s[1])
    if policy == "uniform":
        return 0.5
    if 0 in n:
        return float(n[0] > 0)
    log_t = math.log(sum(n))
    index = [{"epsilon_greedy": m / k, "ucb1": m / k + math.sqrt(2 * log_t / k),
              "kl_ucb": kl_upper(m / k, log_t / k)}[policy] for k, m in zip(n, s)]
    best = float(index[1] > index[0])
    return epsilon / 2 + (1 - epsilon) * best if policy == "epsilon_greedy" else best


def all_histories(policy, epsilon, share, horizon):
    layer, pulls = {((0, 0), (0, 0)): 1.0}, [0.0, 0.0]
    for _ in range(horizon):
        after = {}
        for (n, s), chance in layer.items():
            second = chance_of_second(policy, epsilon, n, s)
            for arm, part in ((0, chance * (1 - second)), (1, chance * second)):
                pulls[arm] += part
                more = tuple(n[i] + (i == arm) for i in (0, 1))
                for won, q in ((0, 1 - share[arm]), (1, share[arm])):
                    key = (more, tuple(s[i] + won * (i == arm) for i in (0, 1)))
                    after[key] = after.get(key, 0.0) + part * q
        layer = after
    def lead(n, s):
        return (1 + s[1]) * (2 + n[0]) - (1 + s[0]) * (2 + n[1])
    second = math.fsum(c * (0.5 if lead(*key) == 0 else lead(*key) > 0) for key, c in layer.items())
    return pulls, [1 - second, second]


def bandits():
    for policy, (share, horizon) in itertools.product(
            ["uniform", "epsilon_greedy", "ucb1", "kl_ucb", "thompson"],
            [((0.5, 0.6), 12), ((0.9, 0.75), 20), ((0.01, 0.3), 16), ((0.4, 0.4), 9),
             ((0.0, 1.0), 7)]):
        epsilon = draw.choice([0.1, 0.25, 1.0])
        pulls, best = all_histories(policy, epsilon, share, horizon)
        regret = abs(share[1] - share[0]) * pulls[0 if share[1] > share[0] else 1]
        line("bandit_regret", f"all histories; {SCIPY} brentq",
             {"policy": policy, "epsilon": epsilon, "arms": share, "horizon": horizon},
             {"regret": regret, "lo": regret, "hi": regret, "se": 0, "pulls": pulls,
              "looks_best": best})
    for case in range(24):
        k, gamma = draw.choice([2, 3, 7]), draw.choice([0.05, 0.3, 1.0])
        arms = [draw.randrange(k) for _ in range(draw.choice([1, 2, 5, 60]))]
        rewards = [round(draw.random(), 3) for _ in arms]
        weight = [mp.mpf(1)] * k
        def chances():
            return [(1 - mp.mpf(gamma)) * w / mp.fsum(weight) + mp.mpf(gamma) / k for w in weight]
        for arm, reward in zip(arms, rewards):
            weight[arm] *= mp.exp(mp.mpf(gamma) * reward / (k * chances()[arm]))
        line("exp3", f"{MPMATH}, Auer et al. 2002",
             {"K": k, "gamma": gamma, "arms": arms, "rewards": rewards}, {"chances": chances()})
    for case in range(24):
        k, gamma, tau = draw.choice([2, 3]), draw.choice([0.9, 0.99, 1.0]), draw.choice([1, 5, 40])
        xi, reach = draw.choice([0.5, 0.6, 2.0]), draw.choice([1.0, 3.0])
        arms = list(range(k)) + [draw.randrange(k) for _ in range(draw.choice([0, 4, 60]))]
        rewards = [draw.randrange(2) for _ in arms]
        pulls = [math.fsum(gamma ** (len(arms) - 1 - i) for i, a in enumerate(arms) if a == arm)
                 for arm in range(k)]
        sums = [math.fsum(gamma ** (len(arms) - 1 - i) * r
                          for i, (a, r) in enumerate(zip(arms, rewards)) if a == arm)
                for arm in range(k)]
        last = list(zip(arms, rewards))[-tau:]
        seen = [[r for a, r in last if a == arm] for arm in range(k)]
        line("forgetting_bandit", "sums, Garivier and Moulines 2011; Raj and Kalyani 2017",
             {"K": k, "gamma": gamma, "tau": tau, "xi": xi, "range": reach, "arms": arms,
              "rewards": rewards},
             {"ducb": [s / n + 2 * reach * math.sqrt(xi * math.log(math.fsum(pulls)) / n)
                       for s, n in zip(sums, pulls)],
              "swucb": [sum(r) / len(r) + reach * math.sqrt(xi * math.log(len(last)) / len(r))
                        if r else math.inf for r in seen],
              "dts_alpha": [1 + s for s in sums],
              "dts_beta": [1 + n - s for s, n in zip(sums, pulls)]})


# ---- gates


def rolled_back_at(outcomes, limit, rule):
    """The interval, from 1, whose failure is one too many; None: there is none."""
    failed = 0
    for k, fails in enumerate(outcomes, 1):
        failed = failed + 1 if fails else 0 if rule == "consecutive" else failed
        if failed > limit:
            return k
    return None


def gates():
    for case in range(24):
        weights = draw.choice([(5, 10, 25, 50), (1, 5, 10, 20, 40, 60, 80, 100), (10,) * 7])
        requests, rate = draw.choice([0, 40, 700, 20000]), draw.choice([0.0, 0.01, 0.03, 0.2])
        threshold, limit = draw.choice([0.01, 0.025, 0.05]), draw.choice([0, 1, 2, 9])
        rule = draw.choice(["consecutive", "total"])
        sizes = [round(Fraction(w * requests, 100)) for w in weights]
        most = [math.floor(Fraction(repr(threshold)) * n) for n in sizes]
        fails = [stats.binom.sf(m, n, rate) if n else 0.0 for m, n in zip(most, sizes)]
        passes = [stats.binom.cdf(m, n, rate) if n else 1.0 for m, n in zip(most, sizes)]
        ends, served = [[] for _ in (None, *weights)], []
        for outcomes in itertools.product([False, True], repeat=len(weights)):
            chance = math.prod(q if bad else p for p, q, bad in zip(passes, fails, outcomes))
            end = rolled_back_at(outcomes, limit, rule)
            ends[end or 0].append(chance)
            served.append(chance * sum(sizes[:end]))
        promote, *at = (math.fsum(chances) for chances in ends)
        rollback = math.fsum(at)
        answers = {"p_rollback": rollback, "p_promote": promote, "p_fail": fails,
                   "p_rollback_at": at, "mean_requests": math.fsum(served),
                   "mean_errors": math.fsum(served) * rate}
        if rollback > 0:
            answers["mean_interval"] = math.fsum(k * a for k, a in enumerate(at, 1)) / rollback
        line("canary_threshold", f"{SCIPY} binom, all outcomes",
             {"weights_percent": weights, "requests": requests, "error_rate": rate,
              "threshold": threshold, "failure_limit": limit, "rule": rule}, answers)


# ---- many looks


def crossing(bounds, fractions, lower=None, nodes=120):
    """Armitage, McPherson and Rowe 1969: the law of the sum where no look has stopped."""
    inside, point, density = [], np.array([0.0]), np.array([1.0])
    x, weight = np.polynomial.legendre.leggauss(nodes)
    before = 0.0
    for z, t in zip(bounds, fractions):
        high = z * math.sqrt(t)
        low = -high if lower is None else lower
        at, part = low + (x + 1) * (high - low) / 2, weight * (high - low) / 2
        spread = math.sqrt(t - before)
        law = np.exp(-((at[:, None] - point) ** 2) / (2 * spread**2)) / (
            spread * math.sqrt(2 * math.pi))
        density = (law @ density) * part
        point, before = at, t
        inside.append(density.sum())
    return inside


def looks():
    for k, alpha, sides in itertools.product([1, 2, 3, 5, 10, 20], [0.05, 0.01], ["two", "one"]):
        z = stats.norm.isf(alpha / (2 if sides == "two" else 1))
        t = np.arange(1, k + 1) / k
        inside = crossing([z] * k, t, None if sides == "two" else -9.0)[-1]
        line("peeking", f"numpy, {SCIPY}, recursion of Armitage et al. 1969",
             {"looks": k, "alpha": alpha, "sides": sides}, {"false_alarms": 1 - inside, "z": z},
             1e-7)
    for k, alpha, delta in itertools.product([1, 2, 3, 5, 8], [0.05, 0.01], [0.5, 0.0, 0.25]):
        t = np.arange(1, k + 1) / k
        c = optimize.brentq(lambda c: 1 - crossing(c * t ** (delta - 0.5), t)[-1] - alpha, 1, 8,
                            xtol=1e-12)
        line("group_sequential", f"numpy, {SCIPY} brentq, Wang and Tsiatis 1987",
             {"looks": k, "alpha": alpha, "delta": delta},
             {"constant": c, "z": c * t ** (delta - 0.5),
              "p": 2 * stats.norm.sf(c * t ** (delta - 0.5))}, 1e-7)
    spent = {"obrien_fleming": lambda a, t, _: 2 * stats.norm.sf(stats.norm.isf(a / 2) / np.sqrt(t)),
             "pocock": lambda a, t, _: a * np.log(1 + (math.e - 1) * t),
             "power": lambda a, t, r: a * t**r,
             "hsd": lambda a, t, g: a * np.expm1(-g * t) / math.expm1(-g)}
    schedules = [[0.2, 0.4, 0.6, 0.8, 1.0], [0.5, 1.0], [0.3, 0.55, 0.9]]
    for kind, fractions, alpha in itertools.product(spent, schedules, [0.025, 0.05]):
        parameter = {"power": 2.0, "hsd": -4.0}.get(kind, 2.0)
        t = np.array(fractions)
        level, bounds = spent[kind](alpha, t, parameter), []
        for look in range(len(t)):
            def excess(z):
                inside = crossing(bounds + [z], t[: look + 1], -9.0)
                return 1 - inside[-1] - level[look]
            bounds.append(optimize.brentq(excess, 0.5, 8, xtol=1e-11))
        line("alpha_spending", f"numpy, {SCIPY} brentq, Lan and DeMets 1983",
             {"fractions": fractions, "alpha": alpha, "spending": kind, "parameter": parameter},
             {"z": bounds, "spent": level}, 1e-7)


# ---- whenever one looks


def halve(inside, outside, rejected):
    for _ in range(110):
        middle = (inside + outside) / 2
        if rejected(middle):
            outside = middle
        else:
            inside = middle
    return inside


def betting_logs(x, m, alpha):
    total, squares, plus, minus = mp.mpf("0.5"), mp.mpf("0.25"), mp.mpf(0), mp.mpf(0)
    for t, v in enumerate(x, 1):
        bet = mp.sqrt(2 * mp.log(2 / mp.mpf(alpha)) / (t * mp.log(1 + t) * squares / t))
        if m > 0:
            plus += mp.log1p(min(bet, 1 / (2 * m)) * (v - m))
        if m < 1:
            minus += mp.log1p(-min(bet, 1 / (2 * (1 - m))) * (v - m))
        total += v
        squares += (v - min(mp.mpf(1), total / (t + 1))) ** 2
    return plus, minus


def beta_mixture(s, v, rho, g, h):
    """The two-sided mixture of Howard, Ramdas, McAuliffe and Sekhon 2021, proposition 7."""
    r = max(rho - g * h, g * h / 1000)
    return (v / (g * h) * mp.log(g + h) - (v + h * s) / (h * (g + h)) * mp.log(g)
            - (v - g * s) / (g * (g + h)) * mp.log(h)
            + mp.log(mp.beta((r + v - g * s) / (g * (g + h)), (r + v + h * s) / (h * (g + h))))
            - mp.log(mp.beta(r / (g * (g + h)), r / (h * (g + h)))))


def rho_of(v, alpha):
    return v / (2 * mp.log(1 / alpha) + mp.log(1 + 2 * mp.log(1 / alpha)))


def always():
    for case in range(20):
        x = [mp.mpf(f"{draw.betavariate(2, 1 + case % 4):.3f}") for _ in range(draw.choice([1, 5, 40]))]
        alpha, m = mp.mpf(draw.choice(["0.05", "0.01"])), mp.mpf(draw.choice(["0.3", "0.5", "0.8"]))
        plus, minus = betting_logs(x, m, alpha)
        line("betting_hedged", f"{MPMATH}, Waudby-Smith and Ramdas 2024",
             {"x": x, "m": m, "alpha": alpha},
             {"log_capital_plus": plus, "log_capital_minus": minus,
              "log_hedged_max": max(plus, minus) + mp.log(mp.mpf("0.5"))})
        bounds = []
        for values in (x, [1 - v for v in x]):
            total, squares = mp.mpf("0.5"), mp.mpf("0.25")
            sum_bets = weighted = variance = seen = mp.mpf(0)
            for t, v in enumerate(values, 1):
                bet = min(mp.sqrt(2 * mp.log(2 / alpha) / (t * mp.log(1 + t) * squares / t)),
                          mp.mpf("0.5"))
                before = seen / (t - 1) if t > 1 else mp.mpf(0)
                sum_bets, weighted = sum_bets + bet, weighted + bet * v
                variance += (v - before) ** 2 * (-mp.log1p(-bet) - bet)
                seen, total = seen + v, total + v
                squares += (v - min(mp.mpf(1), total / (t + 1))) ** 2
            bounds.append((weighted - mp.log(2 / alpha) - variance) / sum_bets)
        line("predmix_eb", f"{MPMATH}, Waudby-Smith and Ramdas 2024, theorem 2",
             {"x": x, "alpha": alpha},
             {"lo": bounds[0], "hi": 1 - bounds[1]})
    for x, n in [(0, 1), (0, 50), (1, 2), (5, 5), (15, 50), (700, 1000), (3, 10**5), (10**6, 3 * 10**6)]:
        for alpha, best in [("0.05", 100), ("0.01", 1000), ("1e-6", 50)]:
            mean, a = mp.mpf(x) / n, mp.mpf(alpha)
            def rejected(p):
                v = p * (1 - p)
                return beta_mixture((mean - p) * n, v * n, rho_of(v * best, a), p, 1 - p) >= -mp.log(a)
            tiny = mp.mpf("1e-30")
            low = halve(mean, mp.mpf(0), rejected) if x and rejected(tiny) else mp.mpf(0)
            high = halve(mean, mp.mpf(1), rejected) if x < n and rejected(1 - tiny) else mp.mpf(1)
            line("bernoulli_cs", f"{MPMATH}, Howard et al. 2021",
                 {"x": x, "n": n, "alpha": alpha, "t_opt": best}, {"lo": low, "hi": high}, 1e-8)
    for case in range(20):
        x = sorted(sample(draw.choice([5, 12, 30]), case % 3 == 0))
        y = sorted(sample(draw.choice([5, 20]), case % 3 == 0, draw.choice([0, 5])))
        p, best = mp.mpf(draw.choice(["0.5", "0.9"])), draw.choice([20, 100])
        v = p * (1 - p)
        def surprise(f, n):
            return beta_mixture((f - p) * n, v * n, rho_of(v * best, mp.mpf("0.05")), p, 1 - p)
        def least(values, at):
            n = len(values)
            below = mp.mpf(sum(w < at for w in values)) / n
            upto = mp.mpf(sum(w <= at for w in values)) / n
            for _ in range(60):  # convex, but lowest near p, not at p
                third = (upto - below) / 3
                if surprise(below + third, n) < surprise(upto - third, n):
                    upto -= third
                else:
                    below += third
            return surprise(below, n)
        log_e = min(least(x, at) + least(y, at) for at in sorted(set(x + y)))
        line("quantile_ab", f"{MPMATH}, Howard and Ramdas 2022",
             {"p": p, "t_opt": best, "x": x, "y": y},
             {"log_e": log_e, "p_value": min(mp.mpf(1), mp.exp(-log_e))})


if __name__ == "__main__":
    print("# Written by formulas.py. A line: calculation | program | arguments | answers")
    two_samples()
    shares()
    design()
    many()
    paired()
    looks()
    always()
    halving()
    wald_test()
    bandits()
    gates()
