//! Damage by seed: the same seed, the same damage.

const BOUNDARIES: [u32; 12] =
    [0, 1, 27, 28, 0x7f, 0xff, 0x200, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe];
/// Characters on which text formats turn.
const TURNS: [&[u8]; 14] =
    [b"\"", b"'", b",", b"\n", b"\r", b"\0", b"{", b"[", b"\\u", b"#", b" ", b":", b"\xff\xfe", b"\xe2\x80\xae"];

/// A number that looks random.
pub(crate) fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap_or_default()
}

/// One of the samples, damaged in one to four ways.
pub(crate) fn mutant(samples: &[Vec<u8>], state: &mut u64) -> Vec<u8> {
    let mut bytes = samples[next(state) % samples.len()].clone();
    for _ in 0..1 + next(state) % 4 {
        damage(&mut bytes, samples, state);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, samples: &[Vec<u8>], state: &mut u64) {
    if bytes.is_empty() {
        bytes.extend_from_slice(&samples[next(state) % samples.len()]);
        return;
    }
    let length = bytes.len();
    // Headers stand at the beginning and directories at the end: they get more than their share.
    let at = match next(state) % 4 {
        0 => next(state) % length.min(512),
        1 => length - 1 - next(state) % length.min(512),
        _ => next(state) % length,
    };
    let short = |state: &mut u64, most: usize| (1 + next(state) % most).min(length - at);
    match next(state) % 9 {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << (next(state) % 8),
        2 | 3 => {
            let value =
                if next(state).is_multiple_of(3) { u32::MAX } else { BOUNDARIES[next(state) % BOUNDARIES.len()] };
            let width = [1, 2, 4][next(state) % 3].min(length - at);
            bytes[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]);
        }
        4 => {
            let end = at + short(state, 4096);
            bytes[at..end].fill(0);
        }
        5 => {
            for _ in 0..1 + next(state) % 32 {
                let at = next(state) % length;
                bytes[at] = u8::try_from(next(state) % 256).unwrap_or_default();
            }
        }
        6 => {
            let other = &samples[next(state) % samples.len()];
            let from = next(state) % other.len().max(1);
            let piece = other[from..].iter().copied().take(1 + next(state) % 4096).collect::<Vec<_>>();
            let end = if next(state).is_multiple_of(2) { at } else { at + short(state, 4096) };
            bytes.splice(at..end, piece);
        }
        7 => {
            let end = at + short(state, 4096);
            bytes.drain(at..end);
        }
        _ => {
            let turn = TURNS[next(state) % TURNS.len()];
            bytes.splice(at..at, turn.iter().copied());
        }
    }
}
