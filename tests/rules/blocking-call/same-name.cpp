// RUN: %verify %s
// expected-no-diagnostics
//
// The name fits, the function does not: nothing here blocks.
#include "user_stream.h"
#include <cstddef>
using app::task;

namespace mine {
struct socket {
  task<int> read(void *, std::size_t);
  int recv(int);
};
task<> sleep(int);
int read(int, void *, std::size_t);
int system(const char *);
struct thread {
  void join();
};
struct future {
  int get();
  void wait();
};
namespace this_thread {
task<> sleep_for(int);
}
} // namespace mine

task<> own_names_ok(mine::socket &s, mine::thread t, mine::future f) {
  co_await mine::sleep(1);
  co_await mine::this_thread::sleep_for(1);
  co_await s.read(nullptr, 0);
  s.recv(1);
  mine::read(0, nullptr, 0);
  mine::system("true");
  t.join();
  f.wait();
  (void)f.get();
}

class buffered {
public:
  task<> fill() {
    read(4); // a member of this class, not ::read
    co_return;
  }

private:
  int read(int);
};

// A std::string is a range, not a future.
struct smart {
  int *get() const { return nullptr; }
};
task<> pointer_ok(smart p) {
  p.get();
  co_return;
}
