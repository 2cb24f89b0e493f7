"""Compiling what is only called from compiled code: linked into its callers, without machine code of its own.

Numba makes every function callable from Python: for each it writes a wrapper that takes the arguments apart, has LLVM make machine code of
function and wrapper, and does so again for each caller, into which the function is linked. Of a hundred functions of ours a dozen are ever
called from Python in a run. The others, and the same ones when compiled code calls them, are compiled as parts: typed, translated and
optimised as always, then linked into their callers. Only what Python calls becomes machine code, and only that is kept in the cache.

What is linked does not depend on what the cache holds or on what was called before, so the bits of a result do not either.
"""

from __future__ import annotations

import inspect
from typing import Any

from numba.core import compiler, sigutils, types, typing
from numba.core.codegen import JITCodeLibrary
from numba.core.environment import lookup_environment

_ENVIRONMENT = "_ZN08NumbaEnv"
_WIDEST = '"prefer-vector-width"="512"'
_ESTIMATES = '"reciprocal-estimates"="vec-divf:1"'


class _Wide(JITCodeLibrary):
    """Code whose vectors are as wide as the processor has them, and whose divisions of single precision may start from an estimate.

    LLVM takes half of them where it knows the processor to be slower for a while after it has used the widest; for the long rows that
    firms and customers are worked through in here the widest are faster by a quarter. Where there are none, nothing changes. Estimates are
    only taken where the code is marked as finite.
    """

    def add_ir_module(self, module: Any) -> None:
        for function in module.functions:
            if not function.is_declaration:
                set.update(function.attributes, (_WIDEST, _ESTIMATES))  # attributes that llvmlite does not know by name
        super().add_ir_module(module)


class _Library(_Wide):
    """Code that will be linked into other code."""

    def _optimize_functions(self, ll_module: Any) -> None:
        prepared = self._codegen._function_pass_manager
        if list(inspect.signature(prepared).parameters) != ["kwargs"]:  # another Numba's way of saying it
            super()._optimize_functions(ll_module)
            return
        ll_module.data_layout = self._codegen._data_layout
        for function in ll_module.functions:
            if not function.is_declaration:  # Numba makes a manager for each of those, too, and there are many
                manager, builder = prepared()
                manager.run(function, builder)

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class _Compiler(compiler.Compiler):
    """Numba's own steps, up to the one that makes machine code."""

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, args: Any, return_type: Any, flags: Any, locals: Any):
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        library = _Library(targetctx.codegen(), "part")
        super().__init__(typingctx, targetctx, library, args, return_type, flags, locals)


class _Whole(compiler.Compiler):
    """Numba's own steps, to code with wide vectors."""

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, args: Any, return_type: Any, flags: Any, locals: Any):
        library = _Wide(targetctx.codegen(), "whole")
        library.enable_object_caching()
        super().__init__(typingctx, targetctx, library, args, return_type, flags, locals)


class Parts:
    """What compiled callers get of one function, by the types of its arguments.

    Args:
        dispatcher: the function as ``numba.njit`` gives it.

    Raises:
        AttributeError, TypeError: a Numba that is made otherwise.
    """

    def __init__(self, dispatcher: Any):
        whole = dispatcher._compiler
        self._dispatcher = dispatcher
        self._compiler = type(whole)(whole.py_func, whole.targetdescr, whole.targetoptions, whole.locals, _Compiler)
        self._compiler._customize_flags = whole._customize_flags
        self._counter, self._insert = dispatcher._compiling_counter, dispatcher.targetctx.insert_user_function
        self._made: dict[tuple[Any, ...], Any] = {}

    def get_call_template(self, args: Any, kws: Any) -> tuple[Any, Any, tuple[Any, ...], dict[str, Any]]:
        """What Numba asks of a function that compiled code calls. Numba holds its lock meanwhile."""
        signature, args = self._compiler.fold_argument_types(args, kws)
        # Numba would compile anew for each whole number that a call spells out.
        args = tuple(kind if isinstance(kind, types.Omitted) else types.unliteral(kind) for kind in args)
        if args not in self._made:
            with self._counter:
                part = self._compiler.compile(args, None)
            key = object()
            self._insert(key, part.fndesc, [part.library])
            self._made[args] = part._replace(entry_point=key)
        name = self._dispatcher.py_func.__name__
        template = typing.make_concrete_template(f"CallTemplate({name})", key=name, signatures=[self._made[args].signature])
        return template, signature, args, {}

    def get_overload(self, signature: Any) -> Any:
        """The key under which Numba finds the part when it translates the call."""
        args, _ = sigutils.normalize_signature(signature)
        return self._made[tuple(args)].entry_point


def in_parts(dispatcher: Any) -> Any:
    """Let compiled code link a function in as a part; returns the function.

    With a Numba that lacks what this builds upon, the function stays as it is: slower to compile, not wrong.
    """
    try:
        parts, whole = Parts(dispatcher), dispatcher._compiler.compile
    except (AttributeError, TypeError):
        return dispatcher

    def compile_whole(args: Any, return_type: Any) -> Any:
        result = whole(args, return_type)
        _set_environments(result)
        return result

    dispatcher._compiler.compile = compile_whole
    dispatcher._compiler.pipeline_class = _Whole
    dispatcher.get_call_template, dispatcher.get_overload = parts.get_call_template, parts.get_overload
    return dispatcher


def _set_environments(result: Any) -> None:
    """Hand the parts in a function their environments, as Numba does for what has machine code and for what comes from a cache."""
    for variable in result.library._final_module.global_variables:
        environment = lookup_environment(variable.name) if variable.name.startswith(_ENVIRONMENT) else None
        if environment is not None:
            result.library.codegen.set_env(variable.name, environment)
