//! Git's deltas: how to put bytes together from pieces of others and from new ones.

use super::error::Cause;

/// The result of a delta on `source`, of at most `limit` bytes.
pub(super) fn apply(delta: &[u8], source: &[u8], limit: u64) -> Result<Vec<u8>, Cause> {
    let (source_size, rest) = size(delta).ok_or(Cause::Damaged)?;
    let (result_size, rest) = size(rest).ok_or(Cause::Damaged)?;
    if result_size > limit {
        return Err(Cause::TooLarge(limit));
    }
    if source_size != source.len() as u64 {
        return Err(Cause::Damaged);
    }
    let mut out = Vec::new();
    let mut rest = rest;
    while !rest.is_empty() && out.len() as u64 <= result_size {
        rest = step(rest, source, &mut out).ok_or(Cause::Damaged)?;
    }
    if out.len() as u64 == result_size {
        Ok(out)
    } else {
        Err(Cause::Damaged)
    }
}

/// A size: seven bits a byte, the lowest first.
fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(9) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

/// Adds a piece of the source, or bytes that stand in the delta; gives what follows.
fn step<'d>(delta: &'d [u8], source: &[u8], out: &mut Vec<u8>) -> Option<&'d [u8]> {
    let (code, rest) = delta.split_first()?;
    if code & 0x80 == 0 {
        let count = usize::from(*code);
        let (bytes, rest) = rest.split_at_checked(count)?;
        out.extend(bytes);
        return (count > 0).then_some(rest);
    }
    let (offset, rest) = little(rest, code & 0x0f)?;
    let (length, rest) = little(rest, (code >> 4) & 0x07)?;
    let length = if length == 0 { 0x10000 } else { length };
    out.extend(source.get(offset..offset.checked_add(length)?)?);
    Some(rest)
}

/// A number of which only the bytes that have a bit in `present` are stored, the lowest first.
fn little(bytes: &[u8], present: u8) -> Option<(usize, &[u8])> {
    let (mut value, mut rest) = (0, bytes);
    for index in (0..4).filter(|index| present & (1 << index) != 0) {
        let (byte, after) = rest.split_first()?;
        value |= usize::from(*byte) << (8 * index);
        rest = after;
    }
    Some((value, rest))
}
