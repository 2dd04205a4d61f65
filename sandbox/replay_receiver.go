package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/outbound"
)

// receivers are the addresses the recorded store was allowed to call.
var receivers = []string{strings.TrimPrefix(recordedHook, "http://"), strings.TrimPrefix(recordedHookTLS, "https://")}

// RoundTrip answers as the recorded receiver did. The status is the one that the step names, or the end of the address
// ("/ping-404"); otherwise 200.
func (rc *receiver) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		read, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = read
	}
	status := rc.status(r)
	request := receivedRequest{
		tls: r.URL.Scheme == "https", method: r.Method, path: r.URL.RequestURI(), lines: outbound.Lines(r), body: body,
		answered: status,
	}
	if rc.step != nil {
		request.step = rc.step.ID
	}
	rc.received = append(rc.received, request)
	if status == http.StatusOK {
		rc.player.keepGranted(body)
	}
	header := http.Header{}
	if status/100 == 3 {
		header.Set("Location", recordedHook+elsewhere)
	}
	return &http.Response{
		StatusCode: status, Status: strconv.Itoa(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: http.NoBody, Request: r,
	}, nil
}

// elsewhere is the path to which the recorded receiver's redirects led.
const elsewhere = "/elsewhere"

var (
	answersInNote = regexp.MustCompile(`\banswers (?:the ping with )?(\d{3})\b`)
	statusInName  = regexp.MustCompile(`-callback-(\d{3})-`)
	statusInPath  = regexp.MustCompile(`-(\d{3})$`)
)

// status is the status that the recorded receiver answered in the step being played.
func (rc *receiver) status(r *http.Request) int {
	if r.URL.Path == elsewhere {
		return http.StatusOK
	}
	if rc.step != nil {
		for text, pattern := range map[string]*regexp.Regexp{rc.step.Note: answersInNote, rc.step.ID: statusInName} {
			if m := pattern.FindStringSubmatch(text); m != nil {
				status, _ := strconv.Atoi(m[1])
				return status
			}
		}
	}
	if m := statusInPath.FindStringSubmatch(r.URL.Path); m != nil {
		status, _ := strconv.Atoi(m[1])
		return status
	}
	return http.StatusOK
}

// keepGranted remembers a key that the store handed to an application, under the name that later steps use for it.
func (p *player) keepGranted(body []byte) {
	var key struct {
		Key         string `json:"consumer_key"`
		Secret      string `json:"consumer_secret"`
		Permissions string `json:"key_permissions"`
	}
	if json.Unmarshal(body, &key) == nil && key.Key != "" {
		p.granted["granted-"+key.Permissions] = Credentials{Key: key.Key, Secret: key.Secret}
	}
}
