package evidence

import (
	"encoding/json"
	"slices"
)

// wrappers are the members in which plugins put the answer of the REST API, beside a word that says how it went.
var wrappers = []string{"data", "result", "results", "response", "payload", "items"}

// unwrap finds the answer inside of an object that something put around it: a list, or an error of WordPress. An object
// with a code or an id of its own is an answer itself.
func unwrap(value json.RawMessage) (member string, inner json.RawMessage) {
	var object map[string]json.RawMessage
	if json.Unmarshal(value, &object) != nil || len(object) > 6 || object["code"] != nil || object["id"] != nil {
		return "", nil
	}
	for name, inner := range object {
		if !slices.Contains(wrappers, name) || !isContainer(inner) {
			continue
		}
		var refusal struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		}
		said := string(object["success"]) == "true" || string(object["status"]) == `"success"` ||
			string(object["status"]) == `"ok"`
		if isError := json.Unmarshal(inner, &refusal) == nil && refusal.Code != "" && refusal.Message != ""; isError ||
			said || inner[0] == '[' && len(object) <= 3 {
			return name, inner
		}
	}
	return "", nil
}

func isContainer(value json.RawMessage) bool {
	return len(value) > 0 && (value[0] == '{' || value[0] == '[')
}
