// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Python's print(), as far as the programs beside this file need it: arguments with spaces between them, then
// a new line. Containers, tuples, optionals and bools look as they do in Python; a
// std::set, which is sorted, as its sorted() does.
#pragma once

#include <iostream>
#include <optional>
#include <ostream>
#include <ranges>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace python {

template <class T>
concept text = std::convertible_to<const T &, std::string_view>;
template <class T>
concept tuple_like = requires { std::tuple_size<T>::value; };
template <class T>
concept map_like = requires { typename T::mapped_type; };

template <class T> void write_repr(std::ostream &out, const T &value);

/// What str() gives.
template <class T> void write(std::ostream &out, const T &value) {
  if constexpr (text<T>)
    out << std::string_view(value);
  else
    write_repr(out, value);
}

/// What repr() gives.
template <class T> void write_repr(std::ostream &out, const T &value) {
  auto separator = [&out, first = true]() mutable { out << (std::exchange(first, false) ? "" : ", "); };
  if constexpr (std::is_same_v<T, bool>) {
    out << (value ? "True" : "False");
  } else if constexpr (text<T>) {
    out << '\'' << std::string_view(value) << '\'';
  } else if constexpr (map_like<T>) {
    out << '{';
    for (const auto &[key, mapped] : value) {
      separator();
      write_repr(out, key);
      out << ": ";
      write_repr(out, mapped);
    }
    out << '}';
  } else if constexpr (std::ranges::input_range<T>) {
    out << '[';
    for (const auto &item : value) {
      separator();
      write_repr(out, item);
    }
    out << ']';
  } else if constexpr (tuple_like<T>) {
    out << '(';
    std::apply([&](const auto &...items) { ((separator(), write_repr(out, items)), ...); }, value);
    out << ')';
  } else if constexpr (requires { value.has_value(); }) {
    if (value)
      write(out, *value);
    else
      out << "None";
  } else {
    out << value;
  }
}

} // namespace python

template <class... T> void print(const T &...values) {
  [[maybe_unused]] const char *separator = "";
  ((std::cout << separator, python::write(std::cout, values), separator = " "), ...);
  std::cout << '\n';
}
