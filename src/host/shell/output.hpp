// The output of one command (or shell) between the plug-in that reports it and the client that asks for it. No lock, no
// clock, no I/O: the caller has all three.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/core/agenda.hpp"
#include "lib/ipc/messages_shell.hpp"

namespace winrmd::host {

inline constexpr std::size_t max_held_per_stream = std::size_t{1} << 20;  // then the plug-in waits
inline constexpr std::size_t max_chunk = std::size_t{32} << 10;           // bytes of one rsp:Stream element
inline constexpr std::size_t max_answer = std::size_t{2} << 20;  // bytes of one answer, whatever the client says
// What an rsp:Stream element costs beside its data, in the same measure (it holds ids and names, four for three bytes).
inline constexpr std::size_t element_cost = 200;
// Output is held this long for more, so that the last output and the exit code travel together ...
inline constexpr std::chrono::milliseconds hold_time{50};
// ... but never longer than this after its first byte.
inline constexpr std::chrono::milliseconds hold_limit{250};

inline constexpr std::string_view state_running =
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Running";
inline constexpr std::string_view state_done =
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done";

class Output {
 public:
  explicit Output(const std::vector<std::string>& streams);

  [[nodiscard]] bool has_stream(std::string_view stream) const;

  // The producer's side. `stream` must be known.
  [[nodiscard]] bool has_room(std::string_view stream) const;
  // `flush`: not held back to fill an answer. `boundary`: an object ends with these bytes.
  struct Marks {
    bool flush = false;
    bool boundary = false;
  };
  void add(std::string_view stream, std::string_view bytes, Marks marks, Clock::time_point now);
  // From now on there is always room: the oldest output goes instead, in whole objects where the producer marks their
  // ends, never an end marker. False: back to waiting.
  void set_dropping(bool dropping);
  void end_stream(std::string_view stream, Clock::time_point now);
  void set_state(std::string_view uri, std::uint32_t exit_code);
  // No more output will come. The exit code stays what set_state() said, else 0.
  void finish();
  [[nodiscard]] bool finished() const { return finished_; }

  // The client's side.
  struct Decision {
    bool answer = false;
    Clock::time_point look_again = Clock::time_point::max();  // if nothing happens before
  };
  [[nodiscard]] Decision decide(const std::vector<std::string>& wanted, std::size_t max_data,
                                Clock::time_point now) const;
  [[nodiscard]] bool anything_for(const std::vector<std::string>& wanted) const;
  [[nodiscard]] std::size_t bytes_for(const std::vector<std::string>& wanted) const;
  // Takes what an answer has room for: data in the order of its arrival, then end markers, then the state.
  ipc::Received take(const std::vector<std::string>& wanted, std::size_t max_data);
  // The answer with this sequence got lost: its content is the first to be taken again. Ignored unless it was the last.
  bool put_back(std::uint64_t sequence);
  [[nodiscard]] bool done_delivered() const { return done_delivered_; }

 private:
  struct Piece {
    std::size_t stream = 0;
    std::string data{};
    bool end = false;
    bool ends_object = false;
  };
  struct Stream {
    std::string name{};
    std::size_t held = 0;  // bytes in pieces_
    std::size_t ends = 0;  // end markers in pieces_
    bool flush = false;
    bool has_objects = false;   // the producer marks where they end
    bool cut_object = false;    // the client has the beginning of the first object that is held
    bool discarding = false;    // the beginning of an object was dropped, so the rest of it must go, too
    Clock::time_point first{};  // of what is held
    Clock::time_point last{};
  };
  struct Kept {
    std::uint64_t sequence = 0;
    std::vector<Piece> pieces{};
    bool done = false;
  };

  [[nodiscard]] std::size_t index(std::string_view stream) const;
  [[nodiscard]] std::vector<bool> mask(const std::vector<std::string>& wanted) const;
  void touch(Stream& stream, Clock::time_point now) const;
  void end_object(std::size_t stream);
  // Drops the oldest output of a stream that holds too much.
  void trim(std::size_t stream);
  bool drop_oldest(std::size_t stream);
  // Moves pieces of wanted streams, `budget` bytes at most, out of the queue.
  std::vector<Piece> cut(const std::vector<bool>& wanted, std::size_t budget);

  std::vector<Stream> streams_;
  std::deque<Piece> pieces_;
  std::string state_{state_running};
  std::uint32_t exit_code_ = 0;
  bool finished_ = false;
  bool done_delivered_ = false;
  std::uint64_t sequence_ = 0;
  std::optional<Kept> kept_;
  bool dropping_ = false;
};

// The largest cut of `bytes` not above `limit` that does not split a UTF-8 character, as far as that can be seen from
// the last four bytes; `limit` itself where the bytes are no UTF-8 there.
std::size_t character_boundary(std::string_view bytes, std::size_t limit);

}  // namespace winrmd::host
