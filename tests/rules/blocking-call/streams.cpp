// RUN: %verify %s
//
// stdio, iostreams and files.
#include "user_stream.h"
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
using app::stream;
using app::task;
namespace fs = std::filesystem;
// expected-note@* 1+ {{instead}}

char buffer[64];

task<> stdio_bad(std::FILE *file) {
  std::fread(buffer, 1, sizeof buffer, file);  // expected-warning {{fread`}}
  std::fwrite(buffer, 1, sizeof buffer, file); // expected-warning {{fwrite`}}
  std::fgets(buffer, sizeof buffer, file);     // expected-warning {{fgets`}}
  fgetc(file);                                 // expected-warning {{fgetc`}}
  co_return;
}
task<> terminal_bad() {
  int n;
  std::getchar();          // expected-warning {{getchar`}}
  std::scanf("%d", &n);    // expected-warning {{scanf`}}
  std::string line;
  std::getline(std::cin, line); // expected-warning {{calls `std::getline`}}
  co_return;
}
// Formatting into memory.
task<> in_memory_stdio_ok() {
  std::snprintf(buffer, sizeof buffer, "%d", 1);
  int n;
  std::sscanf(buffer, "%d", &n);
  co_return;
}

// `while (std::getline(...))` is this rule's, at the call.
stream<std::string> lines_bad(std::ifstream &in) {
  std::string line;
  while (std::getline(in, line)) // expected-warning {{calls `std::getline`}}
    co_yield line;
}
stream<std::string> lines_of_base_bad(std::istream &in) {
  std::string line;
  while (std::getline(in, line, ';')) // expected-warning {{calls `std::getline`}}
    co_yield line;
}
task<> read_bad(std::ifstream &in) {
  in.read(buffer, sizeof buffer); // expected-warning {{read`}}
  co_return;
}

// A string stream holds its data in memory.
stream<std::string> in_memory_ok(std::string text) {
  std::istringstream in(text);
  std::string line;
  while (std::getline(in, line))
    co_yield line;
  std::stringstream both;
  both << 1;
  int n;
  both >> n;
  in.read(buffer, sizeof buffer);
  std::ostringstream out;
  out << n;
}

task<> filesystem_bad(const fs::path &from, const fs::path &to) {
  fs::copy_file(from, to);       // expected-warning {{calls `std::filesystem::copy_file`}}
  fs::copy(from, to);            // expected-warning {{calls `std::filesystem::copy`}}
  fs::remove_all(to);            // expected-warning {{calls `std::filesystem::remove_all`}}
  fs::create_directories(to);    // expected-warning {{calls `std::filesystem::create_directories`}}
  co_return;
}
// Names only, no disk.
task<> path_ok(fs::path name) {
  name /= "file.txt";
  name.replace_extension(".md");
  (void)name.filename().string();
  (void)name.lexically_normal();
  co_return;
}

void twin_ok(std::ifstream &in, std::FILE *file, const fs::path &dir) {
  std::string line;
  while (std::getline(in, line))
    std::fwrite(line.data(), 1, line.size(), file);
  fs::remove_all(dir);
}
