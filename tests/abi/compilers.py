"""The C and C++ compilers that this machine has, the one the project prefers first."""
import shutil

PAIRS = [pair for pair in (("clang-19", "clang++-19"), ("clang", "clang++"), ("gcc", "g++"))
         if shutil.which(pair[0]) and shutil.which(pair[1])]
C, CXX = PAIRS[0]
