// RUN: %verify %s
// XFAIL: *
// Rule: blocking-call
//
// A false alarm. The socket's own class makes it non-blocking, told by an option
// that no system header knows; nothing near the `accept` shows it.
#include "user_stream.h"
#include <sys/socket.h>

enum class blocking { yes, no };
struct listener {
  explicit listener(blocking mode);
  int native_handle() const;
};

struct server {
  listener listening{blocking::no};
  app::task<int> accept_ok() { co_return ::accept(listening.native_handle(), nullptr, nullptr); }
};
