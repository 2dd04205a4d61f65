package evidence

import (
	"time"
)

// What is known on both sides: by who asks, and by who reads what came back.

// ProbeRoute is the route that exists nowhere. WooCommerce checks a key's permission to write before it looks for the
// route, so a POST to it proves the permission and reaches no code that could change anything.
const ProbeRoute = "waybill-doctor-probe"

// NotLetInReason is why a run stops whose key found no way in.
const NotLetInReason = "the store does not let the key in"

// MaxHops is how many redirects are followed by hand.
const MaxHops = 5

// LibraryUA are the names of common libraries, one behind the other.
const LibraryUA = "python-requests/2.32.3 Go-http-client/1.1 curl/8.5.0 WooCommerce API Client-PHP/3.1.0"

// EgressPatience is how long the store may take to try a request to the outside.
const EgressPatience = 8 * time.Second
