#include "lib/ipc/frame.hpp"

#include <cstring>

namespace winrmd::ipc {

void FrameReader::add(std::string_view bytes, std::vector<Fd> fds) {
  if (start_ > 0 && start_ == buffer_.size()) {
    buffer_.clear();
    start_ = 0;
  } else if (start_ > (1U << 16)) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  buffer_.append(bytes);
  for (auto& fd : fds) fds_.push_back(std::move(fd));
}

Result<std::optional<Frame>> FrameReader::wait_for_more() const {
  if (fds_.size() > max_frame_fds) return fail("descriptors that no frame announces");
  return std::optional<Frame>{};
}

Result<std::optional<Frame>> FrameReader::next() {
  const auto available = std::string_view(buffer_).substr(start_);
  if (available.size() < 4) return wait_for_more();
  std::uint32_t length = 0;
  Reader(available.substr(0, 4)).get(length);
  if (length < frame_header_size - 4 || length > max_frame_size) return fail("frame length out of bounds");
  if (available.size() - 4 < length) return wait_for_more();

  Frame frame;
  std::uint16_t fd_count = 0;
  Reader header(available.substr(4, frame_header_size - 4));
  header.get(frame.type);
  header.get(fd_count);
  header.get(frame.id);
  if (fd_count > max_frame_fds || fd_count > fds_.size()) return fail("frame announces descriptors that did not come");
  for (std::uint16_t i = 0; i < fd_count; ++i) {
    frame.fds.push_back(std::move(fds_.front()));
    fds_.pop_front();
  }
  frame.fields.assign(available.substr(frame_header_size, length + 4 - frame_header_size));
  ::explicit_bzero(buffer_.data() + start_, length + 4);
  start_ += length + 4;
  return std::optional(std::move(frame));
}

}  // namespace winrmd::ipc
