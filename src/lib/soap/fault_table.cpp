#include "lib/soap/fault_table.hpp"

#include <algorithm>
#include <array>

#include "lib/soap/names.hpp"

namespace winrmd::soap {
namespace {

constexpr std::string_view sender = "s:Sender";
constexpr std::string_view receiver = "s:Receiver";
constexpr std::string_view wsman = action::wsman_fault;
constexpr std::string_view addressing = action::addressing_fault;
constexpr std::string_view enumeration = action::enumeration_fault;
constexpr std::string_view eventing = action::eventing_fault;
constexpr std::string_view transfer = action::transfer_fault;

// Sorted by code. Clients compare some texts, trailing blanks included.
// clang-format off
constexpr auto table = std::to_array<FaultEntry>({
    {{0x00000002, receiver, "w:InternalError", "", wsman}, "The system cannot find the file specified. "},
    {{0x00000005, sender, "w:AccessDenied", "", wsman}, "Access is denied. "},
    {{0x00000008, receiver, "w:InternalError", "", wsman}, "There is not enough memory for the request. "},
    {{0x00000057, sender, "w:InvalidParameter", "InvalidValue", wsman}, "The parameter is incorrect. "},
    {{0x000000AA, receiver, "w:InternalError", "", wsman}, "The requested resource is in use. "},
    {{0x000003E3, receiver, "w:InternalError", "", wsman}, "The operation was aborted because its shell or command was closed."},
    {{0x000004C7, receiver, "w:InternalError", "", wsman}, "The operation was cancelled. "},
    {{0x0000054F, receiver, "w:InternalError", "", wsman}, "An internal error occurred. "},
    {{0x80070002, receiver, "w:InternalError", "", wsman}, "The system cannot find the file specified. "},
    {{0x80070005, sender, "w:AccessDenied", "", wsman}, "Access is denied. "},
    {{0x8007000E, receiver, "w:InternalError", "", wsman}, "There is not enough memory for the request. "},
    {{0x80070057, sender, "w:InvalidParameter", "InvalidValue", wsman}, "The parameter is incorrect. "},
    {{0x8007010B, receiver, "w:InternalError", "", wsman}, "The directory name is not valid. "},
    {{0x800704C7, receiver, "w:InternalError", "", wsman}, "The operation was cancelled. "},
    {{0x80338000, sender, "a:DestinationUnreachable", "InvalidResourceURI", addressing}, "The requested resource was not found."},
    {{0x80338001, sender, "a:ActionNotSupported", "", addressing}, "The action is not a valid URI."},
    {{0x80338006, sender, "w:Concurrency", "", wsman}, "Another Pull of this enumeration is in progress."},
    {{0x8033800D, "s:VersionMismatch", "", "", addressing}, "The envelope is not a SOAP 1.2 envelope."},
    {{0x8033800F, sender, "a:InvalidMessageInformationHeader", "", addressing}, "A SOAP header has an invalid value."},
    {{0x80338010, "s:MustUnderstand", "", "", addressing}, "A header block marked mustUnderstand is not supported."},
    {{0x80338011, sender, "a:MessageInformationHeaderRequired", "", addressing}, "A required addressing header is missing."},
    {{0x80338012, sender, "a:DestinationUnreachable", "", addressing}, "The destination cannot be reached."},
    {{0x80338013, sender, "a:ActionNotSupported", "", addressing}, "The requested action is not available on this resource."},
    {{0x80338014, receiver, "a:EndpointUnavailable", "", addressing}, "The endpoint is not available at the moment."},
    {{0x80338015, sender, "x:InvalidRepresentation", "", transfer}, "The representation of the resource is not valid."},
    {{0x80338016, sender, "n:InvalidExpirationTime", "", enumeration}, "The expiration time of the enumeration is not valid."},
    {{0x80338017, sender, "w:UnsupportedFeature", "ExpirationTime", wsman}, "The expiration time of the enumeration is not supported."},
    {{0x80338018, sender, "n:FilteringNotSupported", "", enumeration}, "The resource does not support filters."},
    {{0x80338019, sender, "n:FilterDialectRequestedUnavailable", "", enumeration}, "The dialect of the filter is not available."},
    {{0x8033801A, sender, "n:CannotProcessFilter", "", enumeration}, "The filter could not be processed."},
    {{0x8033801B, receiver, "n:InvalidEnumerationContext", "", enumeration}, "The enumeration context is not valid."},
    {{0x8033801C, receiver, "n:TimedOut", "", enumeration}, "The enumeration timed out."},
    {{0x8033801D, receiver, "n:UnableToRenew", "", enumeration}, "The enumeration cannot be renewed."},
    {{0x8033801E, sender, "e:DeliveryModeRequestedUnavailable", "", eventing}, "The delivery mode is not available."},
    {{0x8033801F, sender, "e:InvalidExpirationTime", "", enumeration}, "The expiration time of the subscription is not valid."},
    {{0x80338020, sender, "e:UnsupportedExpirationType", "", eventing}, "The kind of expiration is not supported for subscriptions."},
    {{0x80338021, sender, "e:FilteringNotSupported", "", eventing}, "The event source does not support filters."},
    {{0x80338022, sender, "e:FilteringRequestedUnavailable", "", eventing}, "The dialect of the event filter is not available."},
    {{0x80338023, receiver, "e:EventSourceUnableToProcess", "", eventing}, "The event source cannot process the request."},
    {{0x80338024, receiver, "e:UnableToRenew", "", eventing}, "The subscription cannot be renewed."},
    {{0x80338025, sender, "e:InvalidMessage", "", eventing}, "The eventing message is not valid."},
    {{0x80338029, receiver, "w:TimedOut", "", wsman}, "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  "},
    {{0x8033802D, sender, "w:EncodingLimit", "URILimitExceeded", wsman}, "A URI in the request is longer than the service accepts."},
    {{0x80338030, sender, "w:NoAck", "", wsman}, "The event was not acknowledged."},
    {{0x80338031, sender, "a:ActionNotSupported", "ActionMismatch", addressing}, "The action does not match the content of the request."},
    {{0x80338032, sender, "w:Concurrency", "", wsman}, "The resource is in use by another request; try again."},
    {{0x80338033, sender, "w:AlreadyExists", "", wsman}, "The resource already exists."},
    {{0x80338034, receiver, "w:DeliveryRefused", "", wsman}, "The receiver refuses to take this event."},
    {{0x80338035, sender, "w:EncodingLimit", "", wsman}, "The request exceeds a limit of the encoding."},
    {{0x80338038, sender, "w:InvalidBookmark", "", wsman}, "The bookmark is not valid."},
    {{0x80338039, sender, "w:InvalidOptions", "", wsman}, "An option of the request is not valid."},
    {{0x8033803A, sender, "w:InvalidParameter", "", wsman}, "A parameter of the request is not valid."},
    {{0x8033803B, sender, "a:DestinationUnreachable", "InvalidResourceURI", addressing}, "No resource is registered under the given resource URI."},
    {{0x8033803D, sender, "w:InvalidSelectors", "", wsman}, "A selector of the request is not valid."},
    {{0x8033803F, sender, "w:QuotaLimit", "", wsman}, "A quota of the service is exhausted."},
    {{0x80338041, sender, "w:SchemaValidationError", "", wsman}, "The request body does not match the schema of the operation."},
    {{0x80338042, sender, "w:UnsupportedFeature", "", wsman}, "The request uses a feature that is not supported."},
    {{0x80338043, sender, "w:InternalError", "Invalid", wsman}, "The request is not well-formed XML or uses XML that the service does not accept."},
    {{0x80338047, sender, "w:EncodingLimit", "MaxEnvelopeSize", wsman}, "The maximum envelope size of the request cannot be used."},
    {{0x80338048, sender, "w:EncodingLimit", "MaxEnvelopeSizeExceeded", wsman}, "The response is larger than the envelope size that the request allows."},
    {{0x80338049, sender, "w:EncodingLimit", "ServiceEnvelopeLimit", wsman}, "The response is larger than the envelope size that the service allows."},
    {{0x8033804A, sender, "w:EncodingLimit", "SelectorLimit", wsman}, "The request has more selectors than the service accepts."},
    {{0x8033804B, sender, "w:EncodingLimit", "OptionLimit", wsman}, "The request has more options than the service accepts."},
    {{0x8033804C, sender, "w:EncodingLimit", "CharacterSet", wsman}, "The character set of the request is not supported."},
    {{0x8033804D, sender, "w:EncodingLimit", "UnreportableSuccess", wsman}, "The operation succeeded, but its result cannot be reported."},
    {{0x8033804E, sender, "w:EncodingLimit", "Whitespace", wsman}, "White space in the request cannot be processed."},
    {{0x8033804F, sender, "e:FilteringRequestedUnavailable", "FilteringRequired", eventing}, "The event source requires a filter."},
    {{0x80338050, sender, "w:InvalidBookmark", "Expired", wsman}, "The bookmark has expired."},
    {{0x80338051, sender, "w:InvalidOptions", "NotSupported", wsman}, "The resource does not support options."},
    {{0x80338052, sender, "w:InvalidOptions", "InvalidName", wsman}, "The name of an option is not valid for the resource."},
    {{0x80338053, sender, "w:InvalidOptions", "InvalidValue", wsman}, "The value of an option is not valid for the resource."},
    {{0x80338054, sender, "w:InvalidParameter", "TypeMismatch", wsman}, "The type of a parameter does not match."},
    {{0x80338055, sender, "w:InvalidParameter", "InvalidName", wsman}, "The name of a parameter is not valid."},
    {{0x80338056, sender, "x:InvalidRepresentation", "InvalidValues", transfer}, "A value in the representation is not valid."},
    {{0x80338057, sender, "x:InvalidRepresentation", "MissingValues", transfer}, "The representation lacks values."},
    {{0x80338058, sender, "x:InvalidRepresentation", "InvalidNamespace", transfer}, "A namespace in the representation is not valid."},
    {{0x80338059, sender, "x:InvalidRepresentation", "InvalidFragment", transfer}, "The fragment in the request is not valid XML for this resource."},
    {{0x8033805A, sender, "w:InvalidSelectors", "InsufficientSelectors", wsman}, "The request has too few selectors for the resource."},
    {{0x8033805B, sender, "w:InvalidSelectors", "UnexpectedSelectors", wsman}, "The WS-Management service cannot process the request because the request contained invalid selectors for the resource. "},
    {{0x8033805C, sender, "w:InvalidSelectors", "TypeMismatch", wsman}, "The type of a selector does not match."},
    {{0x8033805D, sender, "w:InvalidSelectors", "InvalidValue", wsman}, "The value of a selector is not valid."},
    {{0x8033805E, sender, "w:InvalidSelectors", "AmbiguousSelectors", wsman}, "The selectors match more than one instance."},
    {{0x8033805F, sender, "w:InvalidSelectors", "DuplicateSelectors", wsman}, "The request contains a selector more than once."},
    {{0x80338064, sender, "w:UnsupportedFeature", "AuthorizationMode", wsman}, "The authorization mode is not supported."},
    {{0x80338065, sender, "w:UnsupportedFeature", "Ack", wsman}, "Acknowledgement of events is not supported."},
    {{0x80338066, sender, "w:UnsupportedFeature", "OperationTimeout", wsman}, "A time limit for the operation is not supported."},
    {{0x80338067, sender, "w:UnsupportedFeature", "Locale", wsman}, "The locale is not supported."},
    {{0x80338068, sender, "w:UnsupportedFeature", "ExpirationTime", wsman}, "An expiration time is not supported."},
    {{0x80338069, sender, "w:UnsupportedFeature", "DeliveryRetries", wsman}, "Retries of a delivery are not supported."},
    {{0x8033806A, sender, "w:UnsupportedFeature", "Heartbeats", wsman}, "Heartbeats are not supported."},
    {{0x8033806B, sender, "w:UnsupportedFeature", "Bookmarks", wsman}, "Bookmarks are not supported."},
    {{0x8033806D, sender, "w:UnsupportedFeature", "MaxTime", wsman}, "The maximum time is not supported."},
    {{0x8033806E, sender, "w:UnsupportedFeature", "MaxEnvelopeSize", wsman}, "The maximum envelope size is not supported here."},
    {{0x8033806F, sender, "w:UnsupportedFeature", "MaxEnvelopePolicy", wsman}, "The policy for the maximum envelope size is not supported."},
    {{0x80338070, sender, "w:UnsupportedFeature", "FilteringRequired", wsman}, "The resource cannot be used without a filter, which is not supported."},
    {{0x80338071, sender, "w:UnsupportedFeature", "InsecureAddress", wsman}, "The address is not secure enough for this delivery."},
    {{0x80338072, sender, "w:UnsupportedFeature", "FormatMismatch", wsman}, "The requested format does not match what the service delivers."},
    {{0x80338073, sender, "w:UnsupportedFeature", "FormatSecurityToken", wsman}, "The format of the security token is not supported."},
    {{0x80338076, sender, "w:UnsupportedFeature", "AddressingMode", wsman}, "Replies go to the anonymous address only."},
    {{0x80338077, sender, "w:UnsupportedFeature", "FragmentLevelAccess", wsman}, "Fragment transfer is not supported on this resource."},
    {{0x8033807E, sender, "w:EncodingLimit", "MinimumEnvelopeLimit", wsman}, "The maximum envelope size of the request is below the supported minimum."},
    {{0x80338081, sender, "a:InvalidMessageInformationHeader", "InvalidTimeout", wsman}, "The time limit in the header of the request is not valid."},
    {{0x80338086, sender, "w:UnsupportedFeature", "EnumerationMode", wsman}, "The enumeration mode is not supported."},
    {{0x80338087, sender, "w:UnsupportedFeature", "Locale", wsman}, "The locale is marked mustUnderstand and is not supported."},
    {{0x80338090, receiver, "w:FragmentDialectNotSupported", "", wsman}, "The dialect of the fragment expression is not supported."},
    {{0x80338091, sender, "w:CannotProcessFilter", "", wsman}, "The request names no path of a fragment."},
    {{0x80338093, sender, "w:CannotProcessFilter", "", wsman}, "The path of the fragment cannot be used on this resource."},
    {{0x80338094, sender, "w:UnsupportedFeature", "FormatMismatch", addressing}, "The batch parameters do not fit the delivery mode."},
    {{0x80338095, sender, "e:EventSourceUnableToProcess", "UnusableAddress", eventing}, "The test of the event sink's address failed."},
    {{0x80338096, sender, "w:UnsupportedFeature", "AddressingMode", addressing}, "The address for the end of the subscription cannot be used."},
    {{0x8033809B, receiver, "e:SourceShuttingDown", "", eventing}, "The subscription ended because the event source shuts down."},
    {{0x8033809C, receiver, "e:DeliveryFailure", "", eventing}, "The subscription ended because an event could not be delivered."},
    {{0x8033809E, receiver, "e:SourceCancelling", "", eventing}, "The subscription was cancelled by the event source."},
    {{0x803380A0, sender, "e:InvalidMessage", "", eventing}, "The subscription does not say where events go."},
    {{0x803380A1, sender, "e:InvalidMessage", "", eventing}, "The subscription has no address for events."},
    {{0x803380A2, sender, "e:InvalidMessage", "", eventing}, "The address for events is not valid."},
    {{0x803380A3, sender, "w:InvalidParameter", "Locale", wsman}, "The locale of the delivery is not valid."},
    {{0x803380A4, sender, "e:InvalidMessage", "", eventing}, "The heartbeat interval is not valid."},
    {{0x803380A6, sender, "w:InvalidOptions", "NotSupported", wsman}, "The resource does not support options in this request."},
    {{0x803380A8, sender, "e:InvalidMessage", "", eventing}, "The delivery mode is not valid."},
    {{0x803380FA, sender, "w:InvalidSelectors", "InsufficientSelectors", wsman}, "The resource is not a singleton and needs selectors."},
    {{0x80338114, sender, "w:SchemaValidationError", "", wsman}, "The delivery has no locale."},
    {{0x80338119, sender, "w:EncodingLimit", "EncodingType", wsman}, "The encoding of the request is not supported."},
    {{0x8033811A, receiver, "a:EndpointUnavailable", "InvalidValues", addressing}, "The endpoint is not available: the request contains values that it cannot use."},
    {{0x8033811C, sender, "n:UnsupportedExpirationType", "", enumeration}, "The kind of expiration is not supported for enumerations."},
    {{0x8033811D, sender, "w:UnsupportedFeature", "MaxElements", wsman}, "The maximum number of elements is not supported."},
    {{0x80338122, sender, "w:CannotProcessFilter", "", wsman}, "The filter could not be processed."},
    {{0x80338137, receiver, "b:PolymorphismModeNotSupported", "", wsman}, "The polymorphism mode is not supported."},
    {{0x80338138, sender, "w:UnsupportedFeature", "InvalidResourceURI", wsman}, "The service does not support this request."},
    {{0x8033815D, receiver, "w:EventDeliverToUnusable", "PolicyTooComplex", wsman}, "The policy of the event sink is too complex."},
    {{0x8033815E, receiver, "w:EventDeliverToUnusable", "CannotComplyWithPolicy", wsman}, "The service cannot comply with the policy of the event sink."},
    {{0x80338199, receiver, "w:InternalError", "", wsman}, "The service asks the client to use another address."},
    {{0x803381A5, sender, "w:QuotaLimit", "", wsman}, "Too many concurrent shells for this user."},
    {{0x803381A6, receiver, "w:InternalError", "", wsman}, "Too many concurrent operations for this user."},
    {{0x803381A7, receiver, "w:InternalError", "", wsman}, "Too many requests of this user within the time that the quota is for."},
    {{0x803381A8, receiver, "w:InternalError", "", wsman}, "Too many requests to this application at the moment."},
    {{0x803381A9, receiver, "w:InternalError", "", wsman}, "Authorization gave this user another identity than before; the next request is authorized anew."},
    {{0x803381AB, receiver, "w:InternalError", "", wsman}, "Too many users have shells open."},
    {{0x803381AC, receiver, "w:InternalError", "", wsman}, "Remote shells are not allowed on this service."},
    {{0x803381C2, sender, "w:InvalidParameter", "", wsman}, "The name of the shell is not valid."},
    {{0x803381C4, receiver, "w:InternalError", "", wsman}, "The shell is in the disconnected state."},
    {{0x803381C5, receiver, "w:InternalError", "", wsman}, "This shell type cannot be disconnected."},
    {{0x803381C6, receiver, "w:InternalError", "", wsman}, "The shell belongs to another client session."},
    {{0x803381CD, receiver, "w:InternalError", "", wsman}, "The shell is in use by another client."},
    {{0x803381D0, receiver, "w:InternalError", "", wsman}, "The shell is not in a state in which it can be reconnected."},
    {{0x803381DE, receiver, "w:InternalError", "", wsman}, "The stream was closed because the shell was disconnected."},
    {{0x803381DF, receiver, "w:InternalError", "", wsman}, "The process of the shell could not be started under the user's account."},
    {{0x803381E4, receiver, "w:InternalError", "", wsman}, "The user has too many shells in this plug-in."},
    {{0x803381E5, receiver, "w:InternalError", "", wsman}, "Too many users are using this plug-in."},
    {{0x803381E6, receiver, "w:InternalError", "", wsman}, "Too many shells are open in this plug-in."},
    {{0x803381E7, receiver, "w:InternalError", "", wsman}, "Too many operations are in progress in this plug-in."},
    {{0x803381E8, receiver, "w:InternalError", "", wsman}, "Too many operations of the user are in progress in this plug-in."},
    {{0x803381E9, receiver, "w:InternalError", "", wsman}, "Too many commands are running in the shell."},
    {{0x803381F2, receiver, "w:InternalError", "", wsman}, "The idle timeout is outside the limits of the service."},
});
// clang-format on

static_assert(std::ranges::adjacent_find(table, std::ranges::greater_equal{},
                                         [](const FaultEntry& entry) { return entry.row.code; }) == table.end());

constexpr FaultEntry other = {{0, receiver, "w:InternalError", "", wsman},
                              "The service cannot complete the request; the code of the fault says why."};

}  // namespace

const FaultEntry& fault_entry(std::uint32_t code) {
  const auto found = std::ranges::lower_bound(table, code, {}, [](const FaultEntry& entry) { return entry.row.code; });
  return found != table.end() && found->row.code == code ? *found : other;
}

std::span<const FaultEntry> fault_table() { return table; }

}  // namespace winrmd::soap
