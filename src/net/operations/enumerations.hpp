// WS-Enumeration contexts: enumerations whose items have not all been fetched. Where the items come from is the
// business of an ItemSource.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "net/delivery.hpp"
#include "net/gate/promise.hpp"
#include "net/gate/user.hpp"
#include "net/operations/enumerate_body.hpp"
#include "net/operations/item_source.hpp"

namespace winrmd::net {

// The body of an answer, and its headers beside those of every answer.
struct EnumerationAnswer {
  std::string body;
  std::string headers{};
};

// What an answer may hold.
struct Room {
  std::size_t bytes = 0;    // for items
  bool of_service = false;  // the service set that limit, not the client
};

class Enumerations {
 public:
  // `deliveries` outlives this.
  explicit Enumerations(Deliveries& deliveries) : deliveries_(deliveries) {}
  Enumerations(const Enumerations&) = delete;
  Enumerations& operator=(const Enumerations&) = delete;
  ~Enumerations() = default;

  struct Start {
    std::unique_ptr<ItemSource> source;
    Permit permit;  // the enumeration is one operation from Enumerate to its end
    std::string owner;
    std::chrono::milliseconds idle_timeout{0};  // between two Pulls
  };
  // EnumerateResponse. What it does not hold waits under a new context of this owner.
  asio::awaitable<Outcome<EnumerationAnswer>> begin(Exchange& exchange, const EnumerateRequest& request, Start start,
                                                    Room room);
  // PullResponse. A lost one is as if it had not been asked for.
  asio::awaitable<Outcome<EnumerationAnswer>> pull(Exchange& exchange, const PullRequest& request,
                                                   std::string_view owner, Room room);
  Outcome<EnumerationAnswer> release(const Exchange& exchange, const ContextRequest& request, std::string_view owner);
  // A client's expiration that is shorter than the time between two Pulls is a promise to end then; otherwise that
  // time is what is granted, and each Pull grants it again.
  Outcome<EnumerationAnswer> renew(const Exchange& exchange, const ContextRequest& request, std::string_view owner);
  Outcome<EnumerationAnswer> status(const Exchange& exchange, const ContextRequest& request, std::string_view owner);

  // Ends what has been idle for too long, or has expired, and waits that have no time left.
  void expire(Link::Clock::time_point now);
  // Ends all.
  void clear();
  [[nodiscard]] std::size_t size() const { return contexts_->size(); }

 private:
  struct Context;
  using ContextRef = std::shared_ptr<Context>;
  using Contexts = std::unordered_map<std::string, ContextRef>;
  struct Turn;
  struct Part;

  Outcome<ContextRef> find(const Exchange& exchange, const std::string& id, std::string_view owner) const;
  asio::awaitable<Outcome<ContextRef>> take_turn(Exchange& exchange, const std::string& id, std::string_view owner);
  static asio::awaitable<void> fetch(Context& context, std::size_t most, std::size_t bytes,
                                     Link::Clock::time_point until);
  static void append(Context& context, ItemBatch batch);
  static Outcome<Part> take(Context& context, std::size_t most, Room room, std::optional<std::size_t> characters);
  static Outcome<Part> next_part(Context& context, const PullRequest& request, Room room);
  DeliveryRef deliver(const ContextRef& context, Part part);
  void end(const ContextRef& context);
  void drop_too_many(std::string_view owner);

  Deliveries& deliveries_;
  // Shared with what is under way to clients, which may put a context back.
  std::shared_ptr<Contexts> contexts_ = std::make_shared<Contexts>();
};

}  // namespace winrmd::net
