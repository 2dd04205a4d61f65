package probe

import (
	"net/http"
)

type hostProxy struct {
	url string // without a password
}

// environmentProxy tells which proxy, if any, the environment prescribes for a request.
func environmentProxy(req *http.Request) (hostProxy, error) {
	u, err := http.ProxyFromEnvironment(req)
	if err != nil || u == nil {
		return hostProxy{}, err
	}
	return hostProxy{url: u.Redacted()}, nil
}
