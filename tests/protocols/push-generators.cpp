// RUN: %verify %s
//
// Generators that are fed: a step is a call with what their `co_yield` gives.
#include "stand-ins/asio.h"
#include "user_stream.h"
#include <boost/cobalt.hpp>
using app::use;

namespace cobalt = boost::cobalt;
cobalt::generator<int, double> average(double first);

cobalt::promise<> loop_ok(double sample) {
  auto mean = average(0);
  while (mean)
    use(co_await mean(sample));
}
// Fresh, it has run up to its first item.
cobalt::promise<> first_ok() {
  auto mean = average(0);
  use(co_await mean(1));
}
cobalt::promise<> second_bad() {
  auto mean = average(0);
  use(co_await mean(1)); // expected-note {{the step is here}}
  use(co_await mean(2)); // expected-warning {{`mean` is read without a test for end: on some path nothing tests the step}}
}
cobalt::promise<> second_ok() {
  auto mean = average(0);
  use(co_await mean(1));
  if (mean)
    use(co_await mean(2));
}
cobalt::promise<> unawaited_bad() {
  auto mean = average(0);
  mean(1); // expected-warning {{`operator()` is called but never awaited: the stream does not advance}}
  while (mean)
    use(co_await mean(2));
}
cobalt::promise<> after_end_bad() {
  auto mean = average(0);
  while (mean) // expected-note {{the test is here}}
    use(co_await mean(2));
  use(co_await mean(3)); // expected-warning {{`mean` is stepped on where a test has told its end}}
}
cobalt::generator<int, double> relayed_ok(cobalt::generator<int, double> from) {
  double sample = co_yield 0;
  while (from)
    sample = co_yield co_await from(sample);
  co_return 0;
}

// The sync twin: a callable that is no generator.
int twin_ok() {
  auto mean = [](double sample) { return static_cast<int>(sample); };
  mean(1);
  return mean(2);
}
