package outbound

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// listen accepts one connection after the other, keeps what comes over each up to the end of the body, and answers with
// the next of answers.
func listen(t *testing.T, answers ...string) (address string, got <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	requests := make(chan string, len(answers))
	go func() {
		for _, answer := range answers {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			var raw strings.Builder
			reader := bufio.NewReader(io.TeeReader(connection, &raw))
			request, err := http.ReadRequest(reader)
			if err == nil {
				_, _ = io.Copy(io.Discard, request.Body)
			}
			requests <- raw.String()
			_, _ = fmt.Fprint(connection, answer)
			_ = connection.Close()
		}
	}()
	return listener.Addr().String(), requests
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

func TestRequestIsWrittenAsCURLWritesIt(t *testing.T) {
	t.Parallel()
	address, got := listen(t, ok)
	client := &Client{Rules: Rules{Private: true}}
	response, err := client.Send(t.Context(), Request{
		URL: "http://" + address + "/hook?x=1&y=a%20b#part", UserAgent: "WooCommerce/10.0.2 Hookshot (WordPress/6.8.2)",
		Body: []byte(`{"id":1}`),
		Header: []Header{
			{"Content-Type", "application/json"}, {"X-WC-Webhook-ID", "5\r\nInjected: yes"},
			{"X-WC-Webhook-Delivery-ID", "d"},
		},
	})
	if err != nil || response.Status != 200 || string(response.Body) != "ok" {
		t.Fatalf("answer %+v, error %v", response, err)
	}
	want := "POST /hook?x=1&y=a%20b HTTP/1.1\r\nHost: " + address + "\r\nUser-Agent: WooCommerce/10.0.2 Hookshot " +
		"(WordPress/6.8.2)\r\n" +
		"Accept: */*\r\nAccept-Encoding: deflate, gzip, br, zstd\r\nContent-Type: " +
		"application/json\r\nX-WC-Webhook-ID: 5Injected: yes\r\n" +
		"X-WC-Webhook-Delivery-ID: d\r\nConnection: close\r\nContent-Length: 8\r\n\r\n" + `{"id":1}`
	if request := <-got; request != want {
		t.Errorf("sent\n%s\nwant\n%s", request, want)
	}
}

func TestFormHasItsTypeInTheLastLine(t *testing.T) {
	t.Parallel()
	address, got := listen(t, ok)
	if _, err := (&Client{Rules: Rules{Private: true}}).Send(t.Context(), Request{
		URL: "http://" + address, Body: []byte("webhook_id=1"),
	}); err != nil {
		t.Fatal(err)
	}
	if request := <-got; !strings.HasPrefix(request, "POST / HTTP/1.1\r\n") ||
		!strings.HasSuffix(
			request, "Content-Length: 12\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nwebhook_id=1",
		) {
		t.Errorf("sent\n%s", request)
	}
}

func TestRedirectsAreFollowedAsWordPressFollowsThem(t *testing.T) {
	t.Parallel()
	redirect := func(status int) string {
		return fmt.Sprintf("HTTP/1.1 %d Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", status)
	}
	for _, c := range []struct {
		status int
		method string
	}{{301, "POST"}, {302, "GET"}, {303, "GET"}, {307, "POST"}, {308, "POST"}} {
		address, got := listen(t, redirect(c.status), ok)
		client := &Client{Rules: Rules{Private: true}}
		response, err := client.Send(t.Context(), Request{URL: "http://" + address + "/a", Body: []byte("x=1"), Redirects: 5})
		if err != nil || response.Status != 200 {
			t.Fatalf("%d: answer %+v, error %v", c.status, response, err)
		}
		<-got
		if second := <-got; !strings.HasPrefix(second, c.method+" /elsewhere ") || !strings.HasSuffix(second, "x=1") {
			t.Errorf("after %d came\n%s", c.status, second)
		}
	}
	address, _ := listen(t, redirect(301))
	response, err := (&Client{Rules: Rules{Private: true}}).Send(t.Context(), Request{URL: "http://" + address + "/a"})
	if err != nil || response.Status != 301 {
		t.Errorf("without redirects: answer %+v, error %v", response, err)
	}
}

func TestEndlessRedirectsEnd(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/again", http.StatusMovedPermanently)
	}))
	defer server.Close()
	_, err := (&Client{Rules: Rules{Private: true}}).Send(t.Context(), Request{URL: server.URL, Redirects: 5})
	if !errors.Is(err, errTooManyRedirects) {
		t.Errorf("got %v", err)
	}
}

func TestUnsafeAddressesAreRefused(t *testing.T) {
	t.Parallel()
	const home = "https://127.0.0.1:8450"
	for address, allowed := range map[string]bool{
		"http://10.255.255.1/x":          false,
		"http://172.20.0.1/x":            false,
		"http://192.168.1.1/x":           false,
		"http://127.0.0.2/x":             false,
		"http://[::1]/x":                 false,
		"http://8.8.8.8/x":               true,
		"http://8.8.8.8:8080/x":          true,
		"http://8.8.8.8:81/x":            false,
		"https://u:p@8.8.8.8/x":          false,
		"ftp://8.8.8.8/x":                false,
		"https://127.0.0.1:8450/wp-json": true, // the store itself
		"https://127.0.0.1/x":            true,
		"https://127.0.0.1:8451/x":       false,
		"http://127.0.0.1:9000/x":        true, // allowed by name
		"not an address":                 false,
		"":                               false,
	} {
		_, err := Rules{Hosts: []string{"127.0.0.1:9000"}}.Check(t.Context(), address, home)
		if (err == nil) != allowed {
			t.Errorf("%q: %v, want allowed %t", address, err, allowed)
		}
	}
	if _, err := (Rules{Private: true}).Check(t.Context(), "http://u:p@127.0.0.1/x", ""); err == nil {
		t.Error("credentials in the address are never allowed")
	}
}

func TestReceiverThatKeepsSilentIsLeft(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	request := Request{URL: "http://" + listener.Addr().String(), Timeout: 10 * time.Millisecond}
	_, err = (&Client{Rules: Rules{Private: true}}).Send(t.Context(), request)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
