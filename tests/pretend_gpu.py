"""A GPU for machines that have none: its numbers lie in ordinary memory, its rules are kept.

Inside `pretend_gpu()` whatever is put on "cuda" is a `OnGpu`. As on a real one, its numbers cannot
be handed to NumPy, and an operation on tensors of both places fails. The numbers are real, so that
code may branch on them, and they come out as on the CPU but for the order of sums. What only a real
one can show stays untested: its own kernels, random numbers and memory.
"""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import torch
from torch import Tensor
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

GPU = torch.device("cuda", 0)
CPU = torch.device("cpu")
BELOW = "meta"  # where PyTorch itself takes these tensors to be: it has kernels for this place
REAL_TENSOR = torch.tensor
aten = torch.ops.aten
COPIES = {aten._to_copy.default, aten.copy_.default}
ASKS_WHETHER_ALIKE = aten._has_compatible_shallow_copy_type.default
# Places in a tensor on the GPU may be told by tensors on the CPU, the second argument.
INDEXED = {aten.index.Tensor, aten.index_put.default, aten.index_put_.default}
INDEXED |= {aten._index_put_impl_.default}


class OnGpu(Tensor):
    """A tensor that says it is on the GPU."""

    inner: Tensor

    @staticmethod
    def __new__(cls, inner: Tensor) -> "OnGpu":
        made = torch.Tensor._make_wrapper_subclass(
            cls, inner.shape, strides=inner.stride(), dtype=inner.dtype, device=BELOW
        )
        made.inner = inner
        return made

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return GPU

    @property
    def is_meta(self) -> bool:  # type: ignore[override]
        return False

    def tolist(self) -> Any:
        return self.inner.tolist()

    def __repr__(self) -> str:
        return f"OnGpu({self.inner})"

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})


class _PretendGpu(TorchDispatchMode):
    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})


@contextlib.contextmanager
def pretend_gpu() -> Iterator[None]:
    """Take "cuda" for what is described above."""
    there = {"_lazy_init": lambda: None, "is_available": lambda: True, "device_count": lambda: 1}
    there |= {"is_bf16_supported": lambda: False, "current_device": lambda: 0}
    there |= {"get_rng_state": lambda *_: torch.zeros(16, dtype=torch.uint8)}
    there |= {"set_rng_state": lambda *_: None}
    with (
        mock.patch.multiple(torch.cuda, **there),
        mock.patch.object(torch, "tensor", _tensor),
        mock.patch.multiple(torch.inference_mode, __enter__=_enter, __exit__=_leave),
        _PretendGpu(),
    ):
        yield


def _enter(self: Any) -> None:
    """Inference mode as mere lack of gradients: it refuses views of tensors of another class."""
    self.before = torch.is_grad_enabled()
    torch.set_grad_enabled(not self.mode)


def _leave(self: Any, *_: object) -> None:
    torch.set_grad_enabled(self.before)


def _tensor(data: Any, *, device: torch.device | None = None, **options: Any) -> Tensor:
    """`torch.tensor`, which would go past the mode straight to the device."""
    made = REAL_TENSOR(data, **options)
    return made if device is None else made.to(device)


def _run(func: Any, args: tuple, kwargs: dict) -> Any:
    """The operation on the numbers themselves; its result lies where it would on a real GPU."""
    if func is ASKS_WHETHER_ALIKE:
        return isinstance(args[0], OnGpu) == isinstance(args[1], OnGpu)
    there = _refuse_mixed(func, args, kwargs)
    here = bool(there)
    if kwargs.get("device") is not None:
        here = torch.device(kwargs["device"]).type in (GPU.type, BELOW)
        kwargs = {**kwargs, "device": CPU}
    plain_args, plain_kwargs = tree_map(_inner, (args, kwargs))
    found = func(*plain_args, **plain_kwargs)
    if torch.Tag.inplace_view in func.tags and there:
        with no_dispatch():  # the shape that the outside shows changes as well
            func(*args, **kwargs)
    if func._schema.is_mutable:  # gives back what it was given
        return tree_map(lambda each: there.get(id(each), each), found)
    return tree_map(_wrapped, found) if here else found


def _refuse_mixed(func: Any, args: tuple, kwargs: dict) -> dict[int, OnGpu]:
    """What lies on the GPU, by its numbers; fails if anything else would have to."""
    given = [each for each in tree_flatten((args, kwargs))[0] if isinstance(each, Tensor)]
    there = {id(each.inner): each for each in given if isinstance(each, OnGpu)}
    if there and func not in COPIES:
        bound = (args[0], args[2:]) if func in INDEXED else (args, kwargs)
        left = [
            each
            for each in tree_flatten(bound)[0]
            if isinstance(each, Tensor) and not isinstance(each, OnGpu)
        ]
        written = func._schema.is_mutable and left and left[0] is args[0]
        if written or any(each.ndim for each in left):
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but {func} got some on cpu "
                f"and some on cuda."
            )
    return there


def _inner(each: Any) -> Any:
    return each.inner if isinstance(each, OnGpu) else each


def _wrapped(each: Any) -> Any:
    return OnGpu(each) if isinstance(each, Tensor) else each
