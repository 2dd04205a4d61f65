package sandboxadmin

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/sandbox"
)

// timeout bounds a request to the administration, which answers at once.
const timeout = 10 * time.Second

// Client asks the administration of a running sandbox.
type Client struct {
	URL    string // of the store
	CAFile string // the store's certificate authority; empty: the one that the store keeps in Data while it runs
	Data   string // the data directory of whoever runs the store
}

// DefaultAddress is where waybill sandbox --tls listens when no address is given.
const DefaultAddress = "https://127.0.0.1:8443"

// AddressUsage is the help of the flag that names a sandbox.
const AddressUsage = "`address` of the store (default: of the sandbox that runs with --tls on this data directory, " +
	"else " + DefaultAddress + ")"

// Find is the client of the sandbox at an address. Without one it is the usual sandbox, unless one of the data
// directory listens elsewhere. Nobody is asked.
func Find(ctx context.Context, address, caFile, data string) (Client, error) {
	client := Client{URL: address, CAFile: caFile, Data: data}
	if address != "" {
		return client, nil
	}
	running := Running(ctx, data)
	switch {
	case caFile != "", len(running) == 0, slices.Contains(running, DefaultAddress):
		client.URL = DefaultAddress
	case len(running) == 1:
		client.URL = running[0]
	default:
		return client, problem.New(problem.Usage, "several sandboxes run: %s", strings.Join(running, ", ")).
			Next("Say which one: --url %s", running[0])
	}
	return client, nil
}

// Key asks for the administrator's key of the store.
func (c Client) Key(ctx context.Context) (key, secret string, err error) {
	var answer struct{ Key, Secret string }
	err = c.Ask(ctx, http.MethodGet, "key", nil, &answer)
	return answer.Key, answer.Secret, err
}

// AuthorityFile is where a store that listens on a port keeps its certificate authority while it runs.
func AuthorityFile(data, port string) string {
	return filepath.Join(data, "sandbox-"+port+"-ca.crt")
}

// Running are the addresses of the stores with TLS that run on a data directory, by the authorities that they keep
// there. One that was killed leaves its file, and does not listen.
func Running(ctx context.Context, data string) (addresses []string) {
	files, _ := filepath.Glob(AuthorityFile(data, "*")) // the pattern has no fault
	dialer := net.Dialer{Timeout: time.Second}
	for _, file := range files {
		port := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "sandbox-"), "-ca.crt")
		address := net.JoinHostPort("127.0.0.1", port)
		connection, err := dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			continue
		}
		_ = connection.Close() // nothing was sent
		addresses = append(addresses, "https://"+address)
	}
	return addresses
}

// Ask makes a request to the administration and reads its answer, which is JSON, unless into is nil.
func (c Client) Ask(ctx context.Context, method, path string, body []byte, into any) error {
	client, err := c.admin()
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	address := strings.TrimRight(c.URL, "/") + sandbox.AdminPath + path
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return problem.Wrap(problem.Usage, err, "--url is %q, which is no address", c.URL)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return c.unreachable(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return problem.Wrap(problem.StoreUnreachable, err, "The answer of %s broke off: %v", c.URL, err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		var refusal struct{ Error string }
		if json.Unmarshal(raw, &refusal) != nil || refusal.Error == "" {
			return problem.New(problem.StoreUnreachable, "What answers at %s is no sandbox: HTTP status %d", c.URL,
				answer.StatusCode).
				Next("Give the address that waybill sandbox has printed with --url")
		}
		return problem.New(problem.InputInvalid, "The sandbox at %s refuses: %s", c.URL, refusal.Error).
			Next("`waybill sandbox fault list --ways` lists what break takes; `list` what is in force.")
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return problem.Wrap(problem.StoreUnreachable, err, "What answers at %s is no sandbox: its answer is no JSON",
			c.URL)
	}
	return nil
}

// unreachable says what stands between this client and the sandbox.
func (c Client) unreachable(err error) error {
	var authority x509.UnknownAuthorityError
	var notTLS tls.RecordHeaderError
	var name x509.HostnameError
	switch {
	case errors.As(err, &authority):
		return problem.Wrap(problem.StoreUnreachable, err,
			"What answers at %s has a certificate that is not known here", c.URL).
			Next("If it was started with --ca-file FILE, give the same here: --ca-file FILE. If it belongs to " +
				"another data directory, name that with --data")
	case errors.As(err, &notTLS), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return problem.Wrap(problem.StoreUnreachable, err, "What answers at %s speaks no TLS", c.URL).
			Next("Give its address as it was printed: --url http://%s", strings.TrimPrefix(c.URL, "https://"))
	case errors.As(err, &name):
		return problem.Wrap(problem.StoreUnreachable, err, "What answers at %s goes by another name", c.URL).
			Next("Give its address as it was printed with --url")
	}
	return problem.Wrap(problem.StoreUnreachable, err, "No sandbox answers at %s", c.URL).
		Next("Start one with `waybill sandbox --tls`, and give its address with --url.")
}

// HTTP makes a client that trusts the store's own authority besides those of the machine, for requests to the store.
func (c Client) HTTP() (*http.Client, error) {
	roots, err := c.Roots()
	if err != nil {
		return nil, err
	}
	return &http.Client{Timeout: timeout, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}, nil
}

// Roots are the authorities of the machine, with the store's own.
func (c Client) Roots() (*x509.CertPool, error) {
	path := c.CAFile
	if address, err := url.Parse(c.URL); path == "" && err == nil && address.Scheme == "https" && c.Data != "" {
		path = AuthorityFile(c.Data, address.Port())
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	switch pem, err := os.ReadFile(path); {
	case err == nil:
		roots.AppendCertsFromPEM(pem)
	case c.CAFile != "":
		return nil, problem.Wrap(problem.InputInvalid, err, "The certificate authority cannot be read: %v", err)
	}
	return roots, nil
}

// admin is the client of the administration.
func (c Client) admin() (*http.Client, error) {
	client, err := c.HTTP()
	if err != nil {
		return nil, err
	}
	client.Transport.(*http.Transport).TLSClientConfig.NextProtos = []string{sandbox.AdminProtocol, "http/1.1"}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client, nil
}
