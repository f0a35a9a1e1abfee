// Encoding of message fields. A message is a struct with `auto fields(this auto& self)` returning a tie of its members;
// encode and decode come from that one list. Integers are little endian and of fixed width, strings and lists carry a
// 32-bit count. Decoding checks every bound and fails on trailing bytes; it never reads past the input.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace winrmd::ipc {

inline constexpr std::uint32_t max_list_items = 65536;

template <class T>
concept Structure = requires(T& value) { value.fields(); };

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void put(bool value) { out_.push_back(value ? '\1' : '\0'); }
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  void put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) out_.push_back(static_cast<char>(value >> (8 * i)));
  }
  template <class T>
    requires std::is_enum_v<T>
  void put(T value) {
    put(static_cast<std::underlying_type_t<T>>(value));
  }
  void put(std::string_view value) {
    put(static_cast<std::uint32_t>(value.size()));
    out_.append(value);
  }
  void put(const std::string& value) { put(std::string_view(value)); }
  template <class T>
  void put(const std::vector<T>& values) {
    put(static_cast<std::uint32_t>(values.size()));
    for (const auto& value : values) put(value);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <Structure T>
  void put(const T& value) {
    std::apply([this](const auto&... field) { (this->put(field), ...); }, value.fields());
  }

 private:
  std::string& out_;
};

class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}

  [[nodiscard]] bool finished() const { return ok_ && in_.empty(); }
  [[nodiscard]] bool ok() const { return ok_; }

  void get(bool& value) {
    const auto bytes = take(1);
    if (bytes.empty()) return;
    if (bytes[0] != '\0' && bytes[0] != '\1') ok_ = false;
    value = bytes[0] == '\1';
  }
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  void get(T& value) {
    const auto bytes = take(sizeof(T));
    if (bytes.empty()) return;
    value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(value | (static_cast<T>(static_cast<unsigned char>(bytes[i])) << (8 * i)));
    }
  }
  // An enum says its last value as `last`, so that an unknown one fails here and not in a switch somewhere else.
  template <class T>
    requires std::is_enum_v<T>
  void get(T& value) {
    std::underlying_type_t<T> raw{};
    get(raw);
    if (raw > static_cast<std::underlying_type_t<T>>(T::last)) ok_ = false;
    if (ok_) value = static_cast<T>(raw);
  }
  void get(std::string& value) {
    std::uint32_t size = 0;
    get(size);
    if (!ok_ || size > in_.size()) {
      ok_ = false;
      return;
    }
    value.assign(in_.substr(0, size));
    in_.remove_prefix(size);
  }
  template <class T>
  void get(std::vector<T>& values) {
    std::uint32_t count = 0;
    get(count);
    if (!ok_ || count > max_list_items || count > in_.size()) {
      ok_ = false;
      return;
    }
    values.clear();
    for (std::uint32_t i = 0; ok_ && i < count; ++i) {
      values.emplace_back();
      get(values.back());
    }
  }
  template <class T>
  void get(std::optional<T>& value) {
    bool present = false;
    get(present);
    value.reset();
    if (ok_ && present) get(value.emplace());
  }
  template <Structure T>
  void get(T& value) {
    std::apply([this](auto&... field) { (this->get(field), ...); }, value.fields());
  }

 private:
  std::string_view take(std::size_t size) {
    if (!ok_ || in_.size() < size) {
      ok_ = false;
      return {};
    }
    const auto bytes = in_.substr(0, size);
    in_.remove_prefix(size);
    return bytes;
  }

  std::string_view in_;
  bool ok_ = true;
};

}  // namespace winrmd::ipc
