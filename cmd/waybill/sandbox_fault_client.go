package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/sandbox"
)

// faultTimeout bounds a request to the administration, which answers at once.
const faultTimeout = 10 * time.Second

// ask makes a request to the administration of the store.
func (o *faultOptions) ask(ctx context.Context, a *app, method, path string, body []byte, into any) error {
	client, err := o.client(a)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	address := strings.TrimRight(o.url, "/") + sandbox.AdminPath + path
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return problem.Wrap(problem.Usage, err, "--url is %q, which is no address", o.url)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return problem.Wrap(problem.StoreUnreachable, err, "No sandbox answers at %s: %v", o.url, err).
			Next("Start one with `waybill sandbox --tls`, and give its address with --url.")
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return problem.Wrap(problem.StoreUnreachable, err, "The answer of %s broke off: %v", o.url, err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		var refusal struct{ Error string }
		if json.Unmarshal(raw, &refusal) != nil || refusal.Error == "" {
			refusal.Error = fmt.Sprintf("HTTP status %d; is it a sandbox?", answer.StatusCode)
		}
		return problem.New(problem.InputInvalid, "The sandbox at %s refuses: %s", o.url, refusal.Error).
			Next("`waybill sandbox fault list --ways` lists what break takes; `list` what is in force.")
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return problem.Wrap(problem.StoreUnreachable, err, "What answers at %s is no sandbox: %v", o.url, err)
	}
	return nil
}

// client trusts the store's own authority besides those of the machine.
func (o *faultOptions) client(a *app) (*http.Client, error) {
	path := o.caFile
	if address, err := url.Parse(o.url); path == "" && err == nil && address.Scheme == "https" {
		if cfg, err := a.loadConfig(nil); err == nil {
			path = filepath.Join(cfg.Data, "sandbox-"+address.Port()+"-ca.crt")
		}
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	switch pem, err := os.ReadFile(path); {
	case err == nil:
		roots.AppendCertsFromPEM(pem)
	case o.caFile != "":
		return nil, problem.Wrap(problem.InputInvalid, err, "The certificate authority cannot be read: %v", err)
	}
	return &http.Client{
		Timeout:       faultTimeout,
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, NextProtos: []string{sandbox.AdminProtocol, "http/1.1"}}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}
