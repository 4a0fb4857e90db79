// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where coroutine frames live.
//
// A generator in a loop allocates and frees a frame of the same size over and over, and no compiler of today
// elides that. So a frame that is freed is kept, by size, in a list of the thread that freed it, and the next
// coroutine of that size takes it: a few instructions instead of an allocation. The lists are short and are
// given back when the thread ends. Under AddressSanitizer, ThreadSanitizer and MemorySanitizer nothing is
// kept, so that they see every use of a dead frame.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

/// Define as 0 before the first include to take every frame from `operator new`, in all translation units.
#ifndef ASYNCITER_RECYCLE_FRAMES
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ASYNCITER_RECYCLE_FRAMES 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define ASYNCITER_RECYCLE_FRAMES 0
#endif
#endif
#endif
#ifndef ASYNCITER_RECYCLE_FRAMES
#define ASYNCITER_RECYCLE_FRAMES 1
#endif

// A call that is rare does not make the path around it save registers.
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define ASYNCITER_PRESERVE_REGISTERS [[clang::preserve_most]]
#else
#define ASYNCITER_PRESERVE_REGISTERS
#endif

namespace asynciter {

/// The default `Allocator` of tasks and generators: frames from a short list that each thread keeps, else
/// from `operator new`.
struct recycling {};

namespace detail {

/// The frames that a thread keeps for its next coroutines.
class frame_cache {
public:
  static void *allocate(std::size_t size) {
    std::size_t bin = bin_of(size);
    if (bin < bins) [[likely]] {
      if (kept *frame = mine.first[bin]) [[likely]] {
        mine.first[bin] = frame->next;
        ++mine.room[bin];
        return frame;
      }
      size = size_of(bin);
    }
    if (void *frame = allocate_slowly(size)) [[likely]]
      return frame;
    throw std::bad_alloc();
  }

  static void deallocate(void *frame, std::size_t size) noexcept {
    std::size_t bin = bin_of(size);
    if (bin < bins && mine.room[bin]) [[likely]] {
      --mine.room[bin];
      mine.first[bin] = ::new (frame) kept{mine.first[bin]};
    } else {
      deallocate_slowly(frame, bin);
    }
  }

private:
  static constexpr std::size_t bins = 32;
  static constexpr unsigned char room_per_bin = 64;

  struct kept {
    kept *next;
  };

  /// Needs no initialisation and no destruction, so that a frame can be freed at any time in a thread's life.
  struct lists {
    kept *first[bins];
    unsigned char room[bins]; // how many more frames a list takes
    bool was_opened;
  };
  static inline constinit thread_local lists mine{};

  /// Sizes of 8, 24, 40, ...: what an allocator with 8 bytes of its own a block and an alignment of 16 hands
  /// out without waste.
  static constexpr std::size_t bin_of(std::size_t size) noexcept { return (size + 7) / 16; }
  static constexpr std::size_t size_of(std::size_t bin) noexcept { return bin * 16 + 8; }

  /// Null when there is no memory: a function of this calling convention must not throw.
  [[gnu::noinline, gnu::cold]] ASYNCITER_PRESERVE_REGISTERS static void *
  allocate_slowly(std::size_t size) noexcept {
    return ::operator new(size, std::nothrow);
  }

  [[gnu::noinline, gnu::cold]] static void deallocate_slowly(void *frame, std::size_t bin) noexcept {
    if (bin < bins && open())
      deallocate(frame, size_of(bin));
    else
      ::operator delete(frame);
  }

  /// Lets this thread keep frames until it ends. False when it does already, or is ending.
  static bool open() noexcept {
    if (mine.was_opened)
      return false;
    mine.was_opened = true;
    struct closer {
      ~closer() {
        for (std::size_t bin = 0; bin != bins; ++bin) {
          mine.room[bin] = 0;
          while (kept *frame = mine.first[bin]) {
            mine.first[bin] = frame->next;
            ::operator delete(frame);
          }
        }
      }
    };
    static thread_local closer at_thread_end;
    (void)at_thread_end;
    for (unsigned char &room : mine.room)
      room = room_per_bin;
    return true;
  }
};

/// Base of a promise: gives the coroutine's frame its memory. An allocator is a template argument, and is
/// passed as `std::allocator_arg, allocator` in front of the coroutine's own parameters, or after the object
/// of a member function ([coro.generator.promise]). One that can be default-constructed need not be passed.
template <class Allocator> class frame_memory {
  struct alignas(__STDCPP_DEFAULT_NEW_ALIGNMENT__) block {
    std::byte bytes[__STDCPP_DEFAULT_NEW_ALIGNMENT__];
  };
  using block_allocator = typename std::allocator_traits<Allocator>::template rebind_alloc<block>;
  using traits = std::allocator_traits<block_allocator>;
  static_assert(std::is_pointer_v<typename traits::pointer>, "frames need an allocator with plain pointers");
  static_assert(alignof(block_allocator) <= alignof(block));

  /// An allocator that cannot be made again is kept in front of the frame.
  static constexpr bool stored =
      !(traits::is_always_equal::value && std::is_default_constructible_v<block_allocator>);
  static constexpr std::size_t blocks_in_front =
      stored ? (sizeof(block_allocator) + sizeof(block) - 1) / sizeof(block) : 0;

  static constexpr std::size_t blocks(std::size_t size) noexcept {
    return blocks_in_front + (size + sizeof(block) - 1) / sizeof(block);
  }
  static block_allocator *stored_for(void *frame) noexcept {
    return std::launder(reinterpret_cast<block_allocator *>(static_cast<block *>(frame) - blocks_in_front));
  }
  static void *allocate(block_allocator allocator, std::size_t size) {
    block *first = traits::allocate(allocator, blocks(size));
    if constexpr (stored)
      ::new (static_cast<void *>(first)) block_allocator(std::move(allocator));
    return first + blocks_in_front;
  }

public:
  static void *operator new(std::size_t size)
    requires std::is_default_constructible_v<block_allocator>
  {
    return allocate(block_allocator(), size);
  }
  // These and `delete` are inlined, since GCC 12 otherwise warns that a template does not match it.
  template <class A, class... Parameters>
  [[gnu::always_inline]] static void *operator new(std::size_t size, std::allocator_arg_t, const A &allocator,
                                                   const Parameters &...) {
    return allocate(block_allocator(allocator), size);
  }
  template <class Object, class A, class... Parameters>
  [[gnu::always_inline]] static void *operator new(std::size_t size, const Object &, std::allocator_arg_t,
                                                   const A &allocator, const Parameters &...) {
    return allocate(block_allocator(allocator), size);
  }
  [[gnu::always_inline]] static void operator delete(void *frame, std::size_t size) noexcept {
    block *first = static_cast<block *>(frame) - blocks_in_front;
    if constexpr (stored) {
      block_allocator *kept = stored_for(frame);
      block_allocator allocator(std::move(*kept));
      kept->~block_allocator();
      traits::deallocate(allocator, first, blocks(size));
    } else {
      block_allocator allocator;
      traits::deallocate(allocator, first, blocks(size));
    }
  }

  static constexpr bool stores_allocator = stored;

  /// The allocator of a coroutine's frame.
  static const block_allocator &allocator_of(void *frame) noexcept
    requires stored
  {
    return *stored_for(frame);
  }
};

template <> class frame_memory<recycling> {
public:
  static constexpr bool stores_allocator = false;
#if ASYNCITER_RECYCLE_FRAMES
  static void *operator new(std::size_t size) { return frame_cache::allocate(size); }
  static void operator delete(void *frame, std::size_t size) noexcept {
    frame_cache::deallocate(frame, size);
  }
#endif
};

} // namespace detail
} // namespace asynciter
