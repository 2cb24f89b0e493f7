"""Exponentials and a logarithm that LLVM can vectorise.

The C library's functions stop the vectoriser, which costs more than all other arithmetic of a month. The polynomials are minimax
fits in the manner of Cephes (Moshier 1992): relative error below 2e-7 for float32 and below 1e-13 for float64.
Arguments outside the representable range are clamped, so that no infinity or NaN arises.
"""

from __future__ import annotations

import numpy as np

from cxsim.compiled import compiled

_F = np.float32
_D = np.float64
_LOG2E = _F(1.44269504)
_LN2_HIGH, _LN2_LOW = _F(0.693359375), _F(-2.12194440e-4)
_HALF, _ONE = _F(0.5), _F(1.0)
_E0, _E1, _E2 = _F(1.3814540106e-3), _F(8.3687451956e-3), _F(4.1668390791e-2)  # the least greatest relative error, by Lawson's weights
_E3, _E4 = _F(1.6666520398e-1), _F(4.9999993432e-1)
_EXP_HIGH = _F(87.0)
_ROUNDER = _F(1.5 * 2.0**23)
_MANTISSA = np.int32(23)

_ROOT_HALF = _F(0.70710678)
_L0, _L1, _L2 = _F(7.0376836292e-2), _F(-1.1514610310e-1), _F(1.1676998740e-1)
_L3, _L4, _L5 = _F(-1.2420140846e-1), _F(1.4249322787e-1), _F(-1.6668057665e-1)
_L6, _L7, _L8 = _F(2.0000714765e-1), _F(-2.4999993993e-1), _F(3.3333331174e-1)
_FRACTION, _HALF_BITS, _MASK = np.int32(0x007FFFFF), np.int32(0x3F000000), np.int32(0xFF)
_LOG_BIAS = np.int32(126)

_DLOG2E = 1.4426950408889634
_DLN2_HIGH, _DLN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
_DBIAS, _DMANTISSA = np.int64(1023), np.int64(52)


@compiled(inline="always")
def exp32(x):
    """e to the power x, float32; x is clamped to -87 .. 87, so that the reciprocal of a result is a normal number, too.

    The whole part of x / ln 2 is found by adding a number so large that the sum has no digits after the point; it then stands in the sum's
    last bits, from where it goes into the result's exponent. Never use it where additions may be reordered (``free_order``).
    """
    x = min(max(x, -_EXP_HIGH), _EXP_HIGH)
    shifted = x * _LOG2E + _ROUNDER
    whole = shifted - _ROUNDER
    rest = x - whole * _LN2_HIGH
    rest = rest - whole * _LN2_LOW
    poly = _E0
    poly = poly * rest + _E1
    poly = poly * rest + _E2
    poly = poly * rest + _E3
    poly = poly * rest + _E4
    power = (poly * rest + _ONE) * rest + _ONE
    exponent = np.int32(np.float32(shifted).view(np.int32) << _MANTISSA)
    return np.int32(np.float32(power).view(np.int32) + exponent).view(np.float32)


@compiled(inline="always")
def log32(x):
    """Natural logarithm, float32; x must be a positive normal number."""
    bits = np.float32(x).view(np.int32)
    exponent = np.float32(np.int32(((bits >> _MANTISSA) & _MASK) - _LOG_BIAS))
    part = np.int32((bits & _FRACTION) | _HALF_BITS).view(np.float32)
    small = part < _ROOT_HALF
    exponent = exponent - (_ONE if small else _F(0.0))
    rest = part - _ONE + (part if small else _F(0.0))
    square = rest * rest
    poly = _L0
    poly = poly * rest + _L1
    poly = poly * rest + _L2
    poly = poly * rest + _L3
    poly = poly * rest + _L4
    poly = poly * rest + _L5
    poly = poly * rest + _L6
    poly = poly * rest + _L7
    poly = poly * rest + _L8
    value = poly * rest * square
    value = value + exponent * _LN2_LOW - _HALF * square + rest
    return value + exponent * _LN2_HIGH


@compiled(inline="always")
def exp64(x):
    """e to the power x, float64; x is clamped to -700 .. 700."""
    x = min(max(x, -700.0), 700.0)
    whole = np.floor(x * _DLOG2E + 0.5)
    rest = (x - whole * _DLN2_HIGH) - whole * _DLN2_LOW
    poly = 2.08767569878681e-09  # 1/12!, and so on down: |rest| is below 0.347, so twelve terms give 1e-14
    poly = poly * rest + 2.50521083854417e-08
    poly = poly * rest + 2.75573192239859e-07
    poly = poly * rest + 2.75573192239859e-06
    poly = poly * rest + 2.48015873015873e-05
    poly = poly * rest + 1.98412698412698e-04
    poly = poly * rest + 1.38888888888889e-03
    poly = poly * rest + 8.33333333333333e-03
    poly = poly * rest + 4.16666666666667e-02
    poly = poly * rest + 1.66666666666667e-01
    poly = poly * rest + 0.5
    power = np.int64((np.int64(whole) + _DBIAS) << _DMANTISSA)
    return (poly * rest * rest + rest + 1.0) * power.view(np.float64)
