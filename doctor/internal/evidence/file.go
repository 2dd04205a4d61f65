package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxEvidence bounds a file that is read back; the largest real ones are well below a megabyte.
const maxEvidence = 64 << 20

// Write saves evidence. It holds no secret: what was sent and received was cleaned before it was kept.
func (ev *Evidence) Write(out io.Writer) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(ev)
}

// ReadEvidence reads what Write saved.
func ReadEvidence(in io.Reader) (*Evidence, error) {
	raw, err := io.ReadAll(io.LimitReader(in, maxEvidence+1))
	if err != nil {
		return nil, fmt.Errorf("doctor: reading saved evidence: %w", err)
	}
	if len(raw) > maxEvidence {
		return nil, errors.New("doctor: this is no evidence of the doctor: it is larger than any is")
	}
	var ev Evidence
	if err := json.Unmarshal(raw, &ev); err != nil {
		return nil, fmt.Errorf("doctor: this is no saved evidence (a file of waybill doctor --save): %w", err)
	}
	if ev.Version != EvidenceVersion {
		return nil, fmt.Errorf("doctor: the evidence has version %d, this program reads version %d", ev.Version,
			EvidenceVersion)
	}
	return &ev, nil
}
