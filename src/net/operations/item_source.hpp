// Where the items of an enumeration come from.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/exchange.hpp"

namespace winrmd::net {

enum class EnumerationMode { object, epr, object_and_epr };

struct EnumerationItem {
  std::string object;  // XML
  std::string epr;     // a:EndpointReference XML
};

struct ItemBatch {
  std::vector<EnumerationItem> items;
  bool end = false;  // there are no more
};

// Destroyed when nobody wants the items any more; not during a fetch.
class ItemSource {
 public:
  ItemSource() = default;
  ItemSource(const ItemSource&) = delete;
  ItemSource& operator=(const ItemSource&) = delete;
  virtual ~ItemSource() = default;

  // At least one item, or the end, as soon as there is one; at most `most` items, of `bytes` bytes together or a little
  // more, though a first one of any size. ERROR_WSMAN_OPERATION_TIMEDOUT without a provider: nothing until `until`, and
  // nothing is lost; any other fault: it is over. One fetch at a time.
  virtual asio::awaitable<Outcome<ItemBatch>> fetch(std::size_t most, std::size_t bytes,
                                                    Link::Clock::time_point until) = 0;
  // Nobody will fetch any more; a fetch in progress fails.
  virtual void close() = 0;
  // False when the next fetch will fail at once.
  [[nodiscard]] virtual bool is_alive() const = 0;
  // How many items there are altogether, where that is known.
  [[nodiscard]] virtual std::optional<std::size_t> total() const = 0;
  // What it keeps in this process.
  [[nodiscard]] virtual std::size_t bytes() const = 0;
};

// What the service itself has found.
class ItemList final : public ItemSource {
 public:
  // Keeps what the mode asks for of each.
  explicit ItemList(std::vector<EnumerationItem> items, EnumerationMode mode = EnumerationMode::object)
      : items_(std::move(items)) {
    for (auto& item : items_) {
      if (mode == EnumerationMode::object) item.epr.clear();
      if (mode == EnumerationMode::epr) item.object.clear();
      bytes_ += item.object.size() + item.epr.size();
    }
  }

  asio::awaitable<Outcome<ItemBatch>> fetch(std::size_t most, std::size_t bytes, Link::Clock::time_point) override {
    ItemBatch batch;
    std::size_t size = 0;
    for (; next_ < items_.size() && batch.items.size() < most && size < bytes; ++next_) {
      size += items_[next_].object.size() + items_[next_].epr.size();
      batch.items.push_back(std::move(items_[next_]));
    }
    bytes_ -= size;
    batch.end = next_ == items_.size();
    co_return batch;
  }
  void close() override {}
  [[nodiscard]] bool is_alive() const override { return true; }
  [[nodiscard]] std::optional<std::size_t> total() const override { return items_.size(); }
  [[nodiscard]] std::size_t bytes() const override { return bytes_; }

 private:
  std::vector<EnumerationItem> items_;
  std::size_t next_ = 0;
  std::size_t bytes_ = 0;  // of those that are left
};

}  // namespace winrmd::net
