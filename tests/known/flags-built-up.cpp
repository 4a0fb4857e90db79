// RUN: %verify %s
// XFAIL: *
// Rule: blocking-call
//
// A false alarm. The flag that makes the call return at once is added to a
// variable after its declaration.
#include "user_stream.h"
#include <sys/socket.h>

app::task<long> received_ok(int socket, char *to) {
  int flags = 0;
  flags |= MSG_DONTWAIT;
  co_return ::recv(socket, to, 1, flags);
}
