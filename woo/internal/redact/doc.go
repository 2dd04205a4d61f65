// Package redact takes secrets out of what is shown: texts, errors, headers and the beginnings of bodies, in which a
// store may have echoed them.
//
// It guarantees that no secret is left over in part, not even where a body was cut. It must not know which secrets
// there are, nor where they came from.
//
//	secrets := redact.Of(key, secret)
//	message := secrets.Text(body.Message)
package redact
