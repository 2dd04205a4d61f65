package vitals

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Ask asks the process that listens at an address such as 127.0.0.1:9713 whether it is ready, and gives nil when it
// says so. A process that listens everywhere (0.0.0.0:9713, :9713) is asked on loopback.
func Ask(ctx context.Context, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	// Not by way of a proxy of the environment: that one is for stores.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // what was read stands
	said, err := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	if err != nil {
		return err
	}
	if res.StatusCode == http.StatusOK {
		return nil
	}
	if reason := strings.TrimSpace(string(said)); res.StatusCode == http.StatusServiceUnavailable && reason != "" {
		return errors.New(reason)
	}
	return fmt.Errorf("what listens there is no waybill serve: status %d", res.StatusCode)
}

// askLimit is how long an answer is waited for: longer than a process looks at its database.
const askLimit = lookLimit + 2*time.Second
