// RUN: %verify %s
// XFAIL: *
// Rule: fresh-stream-each-turn
//
// A false alarm. The generator, whose body is in another file, goes on where the
// last one stopped.
#include "user_stream.h"

app::stream<int> messages_of_the_process();
app::task<> loop_ok() {
  while (auto message = co_await messages_of_the_process().next())
    app::use(*message);
}
