#include "host/shell/output.hpp"

#include <algorithm>
#include <utility>

namespace winrmd::host {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::size_t character_boundary(std::string_view bytes, std::size_t limit) {
  if (bytes.size() <= limit) return bytes.size();
  const auto is_tail = [&bytes](std::size_t i) { return (static_cast<unsigned char>(bytes[i]) & 0xC0U) == 0x80U; };
  std::size_t cut = limit;
  while (cut > 0 && limit - cut < 3 && is_tail(cut)) --cut;
  return cut == 0 || is_tail(cut) ? limit : cut;
}

Output::Output(const std::vector<std::string>& streams) {
  for (const std::string& name : streams) streams_.push_back({.name = name});
}

std::size_t Output::index(std::string_view stream) const {
  const auto found = std::ranges::find(streams_, stream, &Stream::name);
  return static_cast<std::size_t>(found - streams_.begin());
}

bool Output::has_stream(std::string_view stream) const { return index(stream) < streams_.size(); }

bool Output::has_room(std::string_view stream) const {
  return dropping_ || streams_[index(stream)].held < max_held_per_stream;
}

void Output::touch(Stream& stream, Clock::time_point now) const {
  if (stream.held == 0 && stream.ends == 0) stream.first = now;
  stream.last = now;
}

void Output::add(std::string_view stream, std::string_view bytes, Marks marks, Clock::time_point now) {
  const std::size_t number = index(stream);
  Stream& to = streams_[number];
  if (marks.flush) to.flush = true;
  if (marks.boundary) to.has_objects = true;
  if (to.discarding) {
    to.discarding = !marks.boundary;
    return;
  }
  if (bytes.empty()) {
    if (marks.boundary) end_object(number);
    return;
  }
  touch(to, now);
  to.held += bytes.size();
  if (!pieces_.empty() && pieces_.back().stream == number && !pieces_.back().end && !pieces_.back().ends_object) {
    std::string& last = pieces_.back().data;
    const std::size_t part = last.size() < max_chunk ? character_boundary(bytes, max_chunk - last.size()) : 0;
    last.append(bytes.substr(0, part));
    bytes.remove_prefix(part);
  }
  while (!bytes.empty()) {
    const std::size_t part = character_boundary(bytes, max_chunk);
    pieces_.push_back({.stream = number, .data = std::string(bytes.substr(0, part))});
    bytes.remove_prefix(part);
  }
  if (marks.boundary) pieces_.back().ends_object = true;
  if (dropping_) trim(number);
}

// The object ends with what came last.
void Output::end_object(std::size_t stream) {
  const auto last = std::find_if(pieces_.rbegin(), pieces_.rend(),
                                 [stream](const Piece& piece) { return piece.stream == stream && !piece.end; });
  if (last == pieces_.rend()) {
    streams_[stream].cut_object = false;
  } else {
    last->ends_object = true;
  }
}

void Output::set_dropping(bool dropping) {
  dropping_ = dropping;
  for (std::size_t i = 0; dropping && i < streams_.size(); ++i) trim(i);
}

void Output::trim(std::size_t stream) {
  while (streams_[stream].held > max_held_per_stream && drop_oldest(stream)) {
  }
}

bool Output::drop_oldest(std::size_t stream) {
  Stream& from = streams_[stream];
  const auto is_data = [stream](const Piece& piece) { return piece.stream == stream && !piece.end; };
  auto piece = std::ranges::find_if(pieces_, is_data);
  const auto next = [&](auto after) { return std::find_if(std::next(after), pieces_.end(), is_data); };
  // The rest of an object that the client has the beginning of stays.
  for (bool cut = from.has_objects && from.cut_object; cut && piece != pieces_.end(); piece = next(piece)) {
    cut = !piece->ends_object;
  }
  if (piece == pieces_.end()) return false;
  std::vector<std::deque<Piece>::difference_type> doomed;
  bool whole = !from.has_objects;
  for (; piece != pieces_.end(); piece = next(piece)) {
    doomed.push_back(piece - pieces_.begin());
    whole = whole || piece->ends_object;
    from.held -= piece->data.size();
    if (whole) break;
  }
  for (auto it = doomed.rbegin(); it != doomed.rend(); ++it) pieces_.erase(pieces_.begin() + *it);
  from.discarding = !whole;
  return true;
}

void Output::end_stream(std::string_view stream, Clock::time_point now) {
  const std::size_t number = index(stream);
  touch(streams_[number], now);
  ++streams_[number].ends;
  pieces_.push_back({.stream = number, .data = {}, .end = true});
}

void Output::set_state(std::string_view uri, std::uint32_t exit_code) {
  if (finished_) return;
  if (uri == state_done) {
    exit_code_ = exit_code;
    finish();
  } else {
    state_ = uri;
  }
}

void Output::finish() { finished_ = true; }

std::vector<bool> Output::mask(const std::vector<std::string>& wanted) const {
  std::vector<bool> result(streams_.size());
  for (std::size_t i = 0; i < streams_.size(); ++i) result[i] = contains(wanted, streams_[i].name);
  return result;
}

std::size_t Output::bytes_for(const std::vector<std::string>& wanted) const {
  std::size_t bytes = 0;
  for (const Stream& stream : streams_) {
    if (contains(wanted, stream.name)) bytes += stream.held;
  }
  return bytes;
}

bool Output::anything_for(const std::vector<std::string>& wanted) const {
  return std::ranges::any_of(streams_, [&wanted](const Stream& stream) {
    return (stream.held > 0 || stream.ends > 0) && contains(wanted, stream.name);
  });
}

Output::Decision Output::decide(const std::vector<std::string>& wanted, std::size_t max_data,
                                Clock::time_point now) const {
  if (finished_) return {.answer = true};
  if (!anything_for(wanted)) return {};
  if (bytes_for(wanted) >= max_data) return {.answer = true};
  Clock::time_point first = Clock::time_point::max();
  Clock::time_point last = Clock::time_point::min();
  for (const Stream& stream : streams_) {
    if ((stream.held == 0 && stream.ends == 0) || !contains(wanted, stream.name)) continue;
    if (stream.flush) return {.answer = true};
    first = std::min(first, stream.first);
    last = std::max(last, stream.last);
  }
  const auto due = std::min(last + hold_time, first + hold_limit);
  return {.answer = now >= due, .look_again = due};
}

std::vector<Output::Piece> Output::cut(const std::vector<bool>& wanted, std::size_t budget) {
  std::vector<Piece> taken;
  auto piece = pieces_.begin();
  while (piece != pieces_.end()) {
    if (!wanted[piece->stream]) {
      ++piece;
      continue;
    }
    Stream& stream = streams_[piece->stream];
    const std::size_t cost = taken.empty() ? 0 : element_cost;
    if (cost > budget) break;
    budget -= cost;
    if (piece->data.size() > budget) {
      const std::size_t part = character_boundary(piece->data, budget);
      if (part > 0) {
        taken.push_back({.stream = piece->stream, .data = piece->data.substr(0, part)});
        piece->data.erase(0, part);
        stream.held -= part;
        stream.cut_object = true;
      }
      break;
    }
    budget -= piece->data.size();
    stream.held -= piece->data.size();
    if (piece->end) --stream.ends;
    stream.cut_object = !piece->ends_object;
    taken.push_back(std::move(*piece));
    piece = pieces_.erase(piece);
  }
  return taken;
}

ipc::Received Output::take(const std::vector<std::string>& wanted, std::size_t max_data) {
  const std::size_t budget = std::clamp<std::size_t>(max_data, 4, max_answer);
  Kept kept{.sequence = ++sequence_, .pieces = cut(mask(wanted), budget)};
  ipc::Received answer;
  answer.sequence = sequence_;
  kept.done = finished_ && !anything_for(wanted);
  for (const Piece& piece : kept.pieces) {
    if (piece.end && kept.done) continue;  // comes below, for every stream
    answer.chunks.push_back({.stream = streams_[piece.stream].name, .data = piece.data, .end = piece.end});
  }
  if (kept.done) {
    for (const std::string& name : wanted) answer.chunks.push_back({.stream = name, .data = {}, .end = true});
    answer.exit_code = exit_code_;
    done_delivered_ = true;
  }
  answer.state = kept.done ? std::string(state_done) : state_;
  for (Stream& stream : streams_) {
    if (stream.held == 0 && stream.ends == 0) stream.flush = false;
  }
  kept_ = std::move(kept);
  return answer;
}

bool Output::put_back(std::uint64_t sequence) {
  if (!kept_ || kept_->sequence != sequence) return false;
  for (auto piece = kept_->pieces.rbegin(); piece != kept_->pieces.rend(); ++piece) {
    Stream& stream = streams_[piece->stream];
    stream.held += piece->data.size();
    if (piece->end) ++stream.ends;
    stream.first = stream.last = Clock::time_point::min() + hold_limit;  // was held long enough once
    pieces_.push_front(std::move(*piece));
  }
  if (kept_->done) done_delivered_ = false;
  kept_.reset();
  return true;
}

}  // namespace winrmd::host
