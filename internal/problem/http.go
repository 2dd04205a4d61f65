package problem

import "net/http"

// statuses are those of codes that do not have the one of their exit status.
var statuses = map[Code]int{
	InputInvalid: http.StatusUnprocessableEntity, StorePrivate: http.StatusUnprocessableEntity,
	StoreExists: http.StatusConflict, StorePaused: http.StatusConflict,
	CredentialsMissing: http.StatusConflict, CredentialsUnreadable: http.StatusInternalServerError,
	MasterKeyInvalid: http.StatusInternalServerError, MasterKeyExposed: http.StatusInternalServerError,
	MasterKeyDiffers:    http.StatusInternalServerError,
	StoreTooManyRequest: http.StatusServiceUnavailable,
	WriteRejected:       http.StatusUnprocessableEntity, WriteConflict: http.StatusConflict,
	ProblemShared: http.StatusForbidden, ChannelExists: http.StatusConflict, AlertNotSent: http.StatusBadGateway,
	TokenMissing: http.StatusUnauthorized, TokenInvalid: http.StatusUnauthorized, TokenExpired: http.StatusUnauthorized,
	ScopeMissing: http.StatusForbidden, AddressRefused: http.StatusForbidden,
	ApprovalImpossible: http.StatusConflict,
	WebhooksOff:        http.StatusConflict,
	ConsumerExists:     http.StatusConflict, SubscriptionExists: http.StatusConflict,
	SignInRefused: http.StatusUnauthorized, LinkInvalid: http.StatusGone, UserExists: http.StatusConflict,
	GroupExists: http.StatusConflict, GroupInUse: http.StatusConflict,
	RouteNotFound: http.StatusNotFound, MethodNotAllowed: http.StatusMethodNotAllowed,
	TooManyRequests: http.StatusTooManyRequests, BodyTooLarge: http.StatusRequestEntityTooLarge,
	PreconditionFailed:   http.StatusPreconditionFailed,
	IdempotencyKeyReused: http.StatusUnprocessableEntity,
	Interrupted:          http.StatusServiceUnavailable,
}

// HTTPStatus is the status of an answer of the HTTP API that ends with the code.
func (c Code) HTTPStatus() int {
	if status, special := statuses[c]; special {
		return status
	}
	switch c.ExitStatus() {
	case ExitUsage:
		return http.StatusBadRequest
	case ExitNotFound:
		return http.StatusNotFound
	case ExitLocal:
		return http.StatusServiceUnavailable
	case ExitStore:
		return http.StatusBadGateway
	}
	return http.StatusInternalServerError
}
