// RUN: %verify %s
//
// Through any chain of functions whose bodies are visible. The warning names
// the outermost callee; one note per link leads down to the call that blocks.
#include "user_stream.h"
#include <unistd.h>
using app::stream;
using app::task;
// expected-note@* 1+ {{instead}}

char buffer[16];

// One helper.
void load(int fd) { read(fd, buffer, 16); } // expected-note {{`load` calls `::read`, which}}
task<> helper_bad(int fd) {
  load(fd); // expected-warning {{`helper_bad` blocks its thread: it calls `load`}}
  co_return;
}

// Three links.
void deepest() { sleep(1); }    // expected-note {{`deepest` calls `::sleep`, which}}
void deeper() { deepest(); }    // expected-note {{`deeper` calls `deepest` here}}
void deep() { deeper(); }       // expected-note {{`deep` calls `deeper` here}}
stream<int> three_links_bad() {
  deep(); // expected-warning {{between items: it calls `deep`}}
  co_yield 1;
}

// Defined after its use.
void later();
task<> defined_later_bad() {
  later(); // expected-warning {{calls `later`}}
  co_return;
}
void later() { usleep(1); } // expected-note {{`later` calls `::usleep`, which}}

// A member, a static member, a member through a pointer.
struct device {
  void flush() { fsync(fd); }             // expected-note 2 {{calls `::fsync`, which}}
  static void settle() { usleep(10); }    // expected-note {{calls `::usleep`, which}}
  int fd;
};
task<> member_bad(device &d, device *p) {
  d.flush();         // expected-warning {{flush`}}
  p->flush();        // expected-warning {{flush`}}
  device::settle();  // expected-warning {{settle`}}
  co_return;
}

// A constructor, a base's constructor, a member's default initialiser.
int fetch_id() { return static_cast<int>(read(0, buffer, 1)); } // expected-note {{`fetch_id` calls `::read`, which}}
struct connection {
  connection() { sleep(1); } // expected-note 3 {{calls `::sleep`, which}}
};
struct tls_connection : connection {
  tls_connection() : connection() {} // expected-note {{calls}}
};
struct session {
  int id = fetch_id(); // expected-note {{calls `fetch_id` here}}
};
task<> construct_bad() {
  connection plain; // expected-warning {{blocks}}
  co_return;
}
task<> construct_temporary_bad() {
  (void)connection(); // expected-warning {{blocks}}
  co_return;
}
task<> construct_derived_bad() {
  tls_connection derived; // expected-warning {{blocks}}
  co_return;
}
task<> default_initialiser_bad() {
  session s; // expected-warning {{blocks}}
  co_return;
}
struct given_id {
  int id = fetch_id_never();
  explicit given_id(int known) : id(known) {}
  static int fetch_id_never() { return static_cast<int>(read(0, buffer, 1)); }
};
task<> default_initialiser_unused_ok() {
  given_id g(4);
  co_return;
}

// A destructor of a local, of a temporary.
struct flusher {
  ~flusher() { fsync(fd); } // expected-note 2 {{calls `::fsync`, which}}
  int fd = 1;
};
task<> destroy_bad() {
  flusher at_exit; // expected-warning {{blocks}}
  co_return;
}
task<> destroy_temporary_bad() {
  (void)flusher(); // expected-warning {{blocks}}
  co_return;
}
task<> reference_ok(flusher &lent) {
  flusher &same = lent; // nothing dies here
  (void)same.fd;
  co_return;
}

// Operators.
struct line_source {
  line_source &operator>>(int &) { // the call is in the body
    read(0, buffer, 1);            // expected-note {{calls `::read`, which}}
    return *this;
  }
  explicit operator bool() const { return read(0, buffer, 1) == 1; } // expected-note {{calls `::read`, which}}
  int operator[](int) const { return static_cast<int>(read(0, buffer, 1)); } // expected-note {{calls `::read`, which}}
};
task<> operators_bad(line_source &in) {
  int n;
  in >> n;    // expected-warning {{blocks}}
  if (in)     // expected-warning {{blocks}}
    co_return;
  n = in[3];  // expected-warning {{blocks}}
}

// A function object.
struct poller {
  void operator()() const { usleep(1); } // expected-note {{calls `::usleep`, which}}
};
task<> function_object_bad() {
  poller poll_it;
  poll_it(); // expected-warning {{blocks}}
  co_return;
}

// A template helper, called twice with different types: two calls, two findings.
template <class T> T load_as(int fd) {
  T value;
  read(fd, &value, sizeof value); // expected-note 2 {{`load_as` calls `::read`, which}}
  return value;
}
task<> template_helper_bad(int fd) {
  load_as<int>(fd);  // expected-warning {{calls `load_as`}}
  load_as<char>(fd); // expected-warning {{calls `load_as`}}
  co_return;
}

// A virtual call with a known target: an object of the class itself, or final.
struct source {
  virtual ~source() = default;
  virtual void pull() {}
};
struct file_source : source {
  void pull() override { read(0, buffer, 1); } // expected-note {{calls `::read`, which}}
};
struct last_source final : source {
  void pull() override { usleep(1); } // expected-note {{calls `::usleep`, which}}
};
task<> known_target_bad(last_source &last) {
  file_source own;
  own.pull();   // expected-warning {{pull`}}
  last.pull();  // expected-warning {{pull`}}
  co_return;
}
task<> unknown_target_ok(source &any) {
  any.pull();
  co_return;
}

// Recursion neither hangs nor hides.
void ping(int n);
void pong(int n) {
  if (n)
    ping(n - 1);
  usleep(1); // expected-note {{`pong` calls `::usleep`, which}}
}
void ping(int n) {
  if (n)
    pong(n - 1); // expected-note {{`ping` calls `pong` here}}
}
task<> recursion_bad() {
  ping(3); // expected-warning {{calls `ping`}}
  co_return;
}
int harmless(int n) { return n ? harmless(n - 1) : 0; }
task<> recursion_ok() {
  harmless(3);
  co_return;
}

// Each argument is its own call; the order of evaluation does not matter.
int both(int, int);
int slow() { return static_cast<int>(sleep(1)); } // expected-note {{`slow` calls `::sleep`, which}}
task<> argument_bad() {
  both(1, slow()); // expected-warning {{calls `slow`}}
  co_return;
}

// A blocking call as an argument of an awaited call is not awaited itself.
int slow2() { return static_cast<int>(sleep(1)); } // expected-note {{`slow2` calls `::sleep`, which}}
task<int> twice(int);
task<> operand_bad() {
  co_await twice(slow2()); // expected-warning {{calls `slow2`}}
}

// No body here: nothing is known.
void elsewhere();
task<> unknown_ok() {
  elsewhere();
  co_return;
}
// Never called.
void unused_helper() { sleep(1); }
