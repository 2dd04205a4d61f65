package recording

import (
	"encoding/json"
	"fmt"
)

// Version is the version of WooCommerce that answered, by the first system status or the first created order in a
// recording. It is "" when no step tells.
func Version(sections []*Section) string {
	for _, section := range sections {
		for _, step := range section.Steps {
			if step.Response == nil || step.Request == nil {
				continue
			}
			var said struct {
				Version     any    `json:"version"`
				OrderKey    string `json:"order_key"`
				Environment struct {
					Version string `json:"version"`
				} `json:"environment"`
			}
			if json.Unmarshal(step.Response.Body, &said) != nil {
				continue
			}
			if said.Environment.Version != "" {
				return said.Environment.Version
			}
			if said.OrderKey != "" && step.Request.Method == "POST" {
				return fmt.Sprint(said.Version)
			}
		}
	}
	return ""
}
