//! Bytes as printable lines, as Git's binary patches have them: four bytes as five digits of
//! base 85, in lines of up to 52 bytes that begin with a letter for their length.

/// The digits.
const DIGITS: &[u8; 85] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// The most bytes that a line holds.
const LINE: usize = 52;

/// Adds the lines that hold `bytes`.
pub(super) fn write(bytes: &[u8], out: &mut Vec<u8>) {
    for line in bytes.chunks(LINE) {
        out.push(length_letter(line.len()));
        for group in line.chunks(4) {
            let mut padded = [0; 4];
            padded[..group.len()].copy_from_slice(group);
            out.extend(digits(u32::from_be_bytes(padded)));
        }
        out.push(b'\n');
    }
}

/// Adds the bytes that a line (without its line break) holds; nothing is left in `out` to rely on
/// where it is not such a line.
pub(super) fn read(line: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (letter, text) = line.split_first()?;
    let length = length(*letter)?;
    if text.len() != length.div_ceil(4) * 5 {
        return None;
    }
    let end = out.len() + length;
    for group in text.chunks_exact(5) {
        out.extend(number(group)?.to_be_bytes());
    }
    out.truncate(end);
    Some(())
}

fn digits(mut number: u32) -> [u8; 5] {
    let mut digits = [0; 5];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(number % 85) as usize];
        number /= 85;
    }
    digits
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, digit| {
        let value = VALUES[usize::from(*digit)]?;
        number.checked_mul(85)?.checked_add(value)
    })
}

/// What each byte is worth as a digit.
const VALUES: [Option<u32>; 256] = values();

const fn values() -> [Option<u32>; 256] {
    let mut values = [None; 256];
    let mut value = 0;
    while value < DIGITS.len() {
        values[DIGITS[value] as usize] = Some(value as u32);
        value += 1;
    }
    values
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a line has at most 52 bytes"
)]
fn length_letter(length: usize) -> u8 {
    match length as u8 {
        length @ ..=26 => b'A' + length - 1,
        length => b'a' + length - 27,
    }
}

fn length(letter: u8) -> Option<usize> {
    match letter {
        b'A'..=b'Z' => Some(usize::from(letter - b'A') + 1),
        b'a'..=b'z' => Some(usize::from(letter - b'a') + 27),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        for length in 0..bytes.len() {
            let mut text = Vec::new();
            write(&bytes[..length], &mut text);
            let mut back = Vec::new();
            for line in text.split_inclusive(|byte| *byte == b'\n') {
                read(line.strip_suffix(b"\n").unwrap(), &mut back).unwrap();
            }
            assert_eq!(back, bytes[..length]);
        }
    }

    #[test]
    fn what_is_no_such_line_is_none() {
        for line in [
            "", "A", "A0000", "A000000", "1", "D\"0000", "D~~~~~", "E00000",
        ] {
            assert_eq!(read(line.as_bytes(), &mut Vec::new()), None, "{line}");
        }
    }
}
