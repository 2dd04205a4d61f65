// Package answer reads what came back in place of, or around, a store's answer: the JSON among notices, the page that
// somebody else wrote, the error object of WordPress or of a plugin, a body packed in an unusual way.
//
// It guarantees that it never guesses: a part of a damaged answer is not taken for the answer, and only an unmistakable
// error object is an error where the status says success. It must not know what was asked, nor what follows from the
// answer; package woo decides that.
//
//	found := answer.FindJSON(body)
//	if found.State == answer.Found {
//		fault, isFault := answer.ReadFault(found.Value)
//	}
package answer
