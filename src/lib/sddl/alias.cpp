#include <algorithm>
#include <array>

#include "lib/sddl/sid.hpp"

namespace winrmd::sddl {
namespace {

struct Row {
  std::string_view letters;
  std::uint32_t authority;
  std::array<std::uint32_t, 6> numbers;
  std::size_t count;
};

// Groups of this kind live in domain S-1-5-32.
constexpr Row builtin(std::string_view letters, std::uint32_t rid) { return {letters, 5, {32, rid}, 2}; }
constexpr Row nt(std::string_view letters, std::uint32_t number) { return {letters, 5, {number}, 1}; }
constexpr Row label(std::string_view letters, std::uint32_t level) { return {letters, 16, {level}, 1}; }

constexpr Row rows[] = {
    {"WD", 1, {0}, 1},                  // Everyone
    {"CO", 3, {0}, 1},                  // creator owner
    {"CG", 3, {1}, 1},                  // creator group
    {"OW", 3, {4}, 1},                  // owner rights
    nt("NU", 2),                        // network log-ins
    nt("IU", 4),                        // interactive log-ins
    nt("SU", 6),                        // services
    nt("AN", 7),                        // anonymous
    nt("ED", 9),                        // enterprise domain controllers
    nt("PS", 10),                       // the object itself
    nt("AU", 11),                       // authenticated users
    nt("RC", 12),                       // restricted code
    nt("SY", 18),                       // the system
    nt("LS", 19),                       // local service
    nt("NS", 20),                       // network service
    nt("WR", 33),                       // write-restricted code
    builtin("BA", 544),                 // administrators
    builtin("BU", 545),                 // users
    builtin("BG", 546),                 // guests
    builtin("PU", 547),                 // power users
    builtin("AO", 548),                 // account operators
    builtin("SO", 549),                 // server operators
    builtin("PO", 550),                 // printer operators
    builtin("BO", 551),                 // backup operators
    builtin("RE", 552),                 // replicators
    builtin("RU", 554),                 // alias for previous Windows 2000
    builtin("RD", 555),                 // remote desktop users
    builtin("NO", 556),                 // network configuration operators
    builtin("MU", 558),                 // performance monitor users
    builtin("LU", 559),                 // performance log users
    builtin("IS", 568),                 // IIS users
    builtin("CY", 569),                 // cryptographic operators
    builtin("ER", 573),                 // event log readers
    builtin("CD", 574),                 // certificate service DCOM access
    builtin("RA", 575),                 // RDS remote access servers
    builtin("ES", 576),                 // RDS endpoint servers
    builtin("MS", 577),                 // RDS management servers
    builtin("HA", 578),                 // Hyper-V administrators
    builtin("AA", 579),                 // access control assistance operators
    builtin("RM", 580),                 // remote management users
    builtin("HO", 584),                 // user mode hardware operators
    {"AC", 15, {2, 1}, 2},              // all application packages
    label("LW", 4096),                  // low
    label("ME", 8192),                  // medium
    label("MP", 8448),                  // medium plus
    label("HI", 12288),                 // high
    label("SI", 16384),                 // system
    {"AS", 18, {1}, 1},                 // identity asserted by an authentication authority
    {"SS", 18, {2}, 1},                 // identity asserted by a service
    {"UD", 5, {84, 0, 0, 0, 0, 0}, 6},  // user-mode drivers
};

struct DomainRow {
  std::string_view letters;
  std::uint32_t rid;
};

constexpr DomainRow domain_rows[] = {
    {"RO", 498},  // enterprise read-only domain controllers
    {"LA", 500},  // the administrator
    {"LG", 501},  // the guest
    {"DA", 512},  // domain admins
    {"DU", 513},  // domain users
    {"DG", 514},  // domain guests
    {"DC", 515},  // domain computers
    {"DD", 516},  // domain controllers
    {"CA", 517},  // certificate publishers
    {"SA", 518},  // schema admins
    {"EA", 519},  // enterprise admins
    {"PA", 520},  // group policy creators
    {"CN", 522},  // cloneable domain controllers
    {"AP", 525},  // protected users
    {"KA", 526},  // key admins
    {"EK", 527},  // enterprise key admins
    {"RS", 553},  // RAS servers
};

bool is_row(const Row& row, const Sid& sid) {
  return row.authority == sid.authority && row.count == sid.sub_authorities.size() &&
         std::equal(sid.sub_authorities.begin(), sid.sub_authorities.end(), row.numbers.begin());
}

}  // namespace

std::optional<Alias> find_alias(std::string_view letters) {
  if (const auto* row = std::ranges::find(rows, letters, &Row::letters); row != std::end(rows)) {
    const auto* numbers = row->numbers.data();
    return Alias{Alias::Kind::known, Sid{row->authority, {numbers, numbers + row->count}}, 0};
  }
  if (const auto* row = std::ranges::find(domain_rows, letters, &DomainRow::letters); row != std::end(domain_rows)) {
    return Alias{Alias::Kind::domain, {}, row->rid};
  }
  return std::nullopt;
}

std::string_view alias_of(const Sid& sid, const std::optional<Sid>& domain) {
  const auto* known = std::ranges::find_if(rows, [&](const Row& row) { return is_row(row, sid); });
  if (known != std::end(rows)) return known->letters;
  if (!domain || sid.sub_authorities.empty()) return {};
  Sid parent = sid;
  parent.sub_authorities.pop_back();
  if (parent != *domain) return {};
  const auto* row = std::ranges::find(domain_rows, sid.sub_authorities.back(), &DomainRow::rid);
  return row == std::end(domain_rows) ? std::string_view() : row->letters;
}

}  // namespace winrmd::sddl
