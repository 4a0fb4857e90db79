// RUN: %verify %s
// XFAIL: *
// Rule: dangling-range
//
// A false alarm. Elements are removed only while nothing runs, which no one can
// see here.
#include "user_stream.h"

#include <vector>

class server {
public:
  app::task<> broadcast_ok() {
    for (int one : clients)
      co_await app::sleep(one);
  }
  void reset_before_start() { clients.clear(); }

private:
  std::vector<int> clients;
};
