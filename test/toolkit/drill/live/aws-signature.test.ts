import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedHeaders } from '../../../../toolkit/drill/live/aws-signature.ts'

/** The example of AWS's own documentation of Signature Version 4, and what it says comes out. */
const identity = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const example = {
  method: 'GET',
  url: new URL('https://iam.amazonaws.com/?Version=2010-05-08&Action=ListUsers'),
  contentType: 'application/x-www-form-urlencoded; charset=utf-8',
  body: '',
} as const
const scope = { service: 'iam', region: 'us-east-1', at: new Date('2015-08-30T12:36:00Z') }

test('signs as AWS documents it', () => {
  const { authorization, ...sent } = signedHeaders(example, identity, scope)
  assert.equal(
    authorization,
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  )
  assert.deepEqual(sent, { 'content-type': example.contentType, 'x-amz-date': '20150830T123600Z' })
})

test('credentials that last a while are sent along and signed', () => {
  const headers = signedHeaders(example, { ...identity, sessionToken: 'a-token' }, scope)
  assert.equal(headers['x-amz-security-token'], 'a-token')
  assert.match(headers.authorization ?? '', /SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,/)
})
