package sandbox

import (
	"github.com/waybillhq/waybill/sandbox/internal/outbound"
	"github.com/waybillhq/waybill/sandbox/internal/recording"
)

// The addresses of the recorded site and of the receiver of its webhooks. The sandbox uses the same ones, so that
// recorded signatures stay valid.
const (
	recordedBase     = "https://127.0.0.1:8450"
	recordedBaseHTTP = "http://127.0.0.1:8084"
	recordedHook     = "http://127.0.0.1:28450"
	recordedHookTLS  = "https://127.0.0.1:28451"
)

// player replays one section of the recordings.
type player struct {
	store    *Store
	clock    *Clock
	names    map[string]string
	context  *recording.Context
	jars     map[string]map[string]string // cookies by jar and name
	receiver *receiver
	granted  map[string]Credentials // keys that the store handed to an application
}

// receiver plays the outside world: it takes what the store sends.
type receiver struct {
	player *player
	// step is the step being played. It says what the recorded receiver answered.
	step *recording.Step
	// received are the requests of the store, in order.
	received []receivedRequest
}

// receivedRequest is a request as the recordings keep them in webhooks.jsonl.
type receivedRequest struct {
	step         string
	tls          bool
	method, path string
	lines        []outbound.Header
	body         []byte
	answered     int
}
