#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# verify.sh [--lint-option...] [-compiler-option...] FILE, in any order.
# LINT is the linter, FLAGS what every test is compiled with.
for word; do
  case $word in
    --*) options="$options $word" ;;
    -*) FLAGS="$FLAGS $word" ;;
    *) file=$word ;;
  esac
done
set -f
exec "$LINT" --verify $options "$file" -- $FLAGS
