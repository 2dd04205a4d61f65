package catalogue

import (
	"slices"
)

// Checks returns every check in the order in which a store decides about a request. The caller may change the slice,
// not what it points to.
func Checks() []Check {
	return slices.Concat(
		networkChecks(), tlsChecks(), varyingChecks(), blockingChecks(), routingChecks(), transportChecks(),
		keyChecks(), cachingChecks(), serverChecks(), permissionChecks(), dataChecks(), recordChecks(), webhookChecks(),
		siteChecks(), restChecks(),
	)
}

// CheckByID finds a check.
func CheckByID(id string) (Check, bool) {
	for _, c := range Checks() {
		if c.ID == id {
			return c, true
		}
	}
	return Check{}, false
}
