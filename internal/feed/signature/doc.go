// Package signature signs what is sent to receivers, as Standard Webhooks has it (standardwebhooks.com): a receiver
// checks it with any of that project's libraries.
//
//   - What is signed is the id, the time and the body, with HMAC-SHA-256.
//
//   - While a secret replaces another one, everything is signed with both.
//
//     secret := signature.NewSecret()
//     signature.Set(header, id, time.Now(), body, secret)
package signature
