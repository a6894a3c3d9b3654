"""Powers of single-precision numbers, for loops over billions of pairs: logarithm and exponential to base 2.

Each is a polynomial on the numbers around one power of two, by interpolation at Chebyshev points; the exponent is read
and written as the bits it is stored in. Without a call or a branch they run on several numbers at once. Within 1e-6 of
log2(x) for positive normal x, within 1e-7 times 2^y for y < 127; below -60 the power is that of -60: nothing to a sum
of billions of terms, while products of smaller ones would leave the normal numbers, where processors are slow.
"""

import numpy as np
from numba import njit

_INLINE = {"cache": True, "nogil": True, "forceinline": True, "error_model": "numpy", "fastmath": {"contract"}}
_SQRT_HALF = np.int32(0x3F3504F3)  # its bits
_ROUND = np.float32(12582912.0)  # 1.5 * 2^23: adding it leaves the nearest whole number in the last bits
_ROUND_BITS = np.int32(0x4B400000)
_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7, _L8 = (  # log2(1 + r) / r for sqrt(1/2) <= 1 + r < sqrt(2)
    np.float32(c)
    for c in (1.442695, -0.721347333, 0.48091061, -0.360704828, 0.287918324, -0.23892034, 0.215669859, -0.207421035,
              0.126148466)
)  # fmt: skip
_E0, _E1, _E2, _E3, _E4, _E5, _E6 = (  # 2^f for -1/2 <= f <= 1/2
    np.float32(c) for c in (1.0, 0.693147207, 0.240226512, 0.0555032721, 0.0096180256, 0.00134004322, 0.00015469732)
)


@njit(**_INLINE)
def log2_single(x):
    """Logarithm to base 2 of a positive float32."""
    bits = np.float32(x).view(np.int32)
    k = np.int32(np.int32(bits - _SQRT_HALF) >> np.int32(23))
    r = np.int32(bits - (k << np.int32(23))).view(np.float32) - np.float32(1.0)
    p = _L8
    p = p * r + _L7
    p = p * r + _L6
    p = p * r + _L5
    p = p * r + _L4
    p = p * r + _L3
    p = p * r + _L2
    p = p * r + _L1
    p = p * r + _L0
    return p * r + np.float32(k)


@njit(**_INLINE)
def exp2_single(y):
    """2 to the power of a float32 below 127."""
    y = max(y, np.float32(-60.0))
    shifted = np.float32(y + _ROUND)
    k = np.int32(shifted.view(np.int32) - _ROUND_BITS)
    f = y - (shifted - _ROUND)
    p = _E6
    p = p * f + _E5
    p = p * f + _E4
    p = p * f + _E3
    p = p * f + _E2
    p = p * f + _E1
    p = p * f + _E0
    return np.int32(np.float32(p).view(np.int32) + (k << np.int32(23))).view(np.float32)
