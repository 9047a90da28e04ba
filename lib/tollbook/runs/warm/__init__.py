"""Warm kernels: Jupyter kernels forked from a process that has already imported what notebooks import.

`owner` starts and stops the warm process; `process` is its life, `kernel` that of a forked child; `wire` is what they
say to each other over a Unix socket; `provisioner` is how Jupyter asks for a kernel; `kernelspec` says where Jupyter
finds it.
"""
