use super::*;

#[test]
fn addresses_are_read_and_written_alike() {
    for text in [
        "tcp://192.168.1.20:9100",
        "tcp://[::1]:9100",
        "tcp://printer-1.hall:19100",
        "usb:04b8:0202",
        "serial:/dev/ttyUSB0@9600",
        "file:/dev/usb/lp0",
    ] {
        let address: PrinterAddress = text.parse().expect(text);
        assert_eq!(address.to_string(), text);
    }
    let short: PrinterAddress = "tcp://printer".parse().expect("9100 is meant");
    assert_eq!(
        short,
        PrinterAddress::Tcp {
            host: "printer".to_owned(),
            port: 9100
        }
    );
}

#[test]
fn a_text_that_is_no_address_is_refused_with_what_to_write() {
    for text in [
        "",
        "printer",
        "tcp://",
        "tcp://a:0",
        "tcp://a:99999",
        "tcp://a b",
        "usb:1",
        "usb:xyz:1",
        "serial:",
        "serial:/dev/x@0",
        "file:",
    ] {
        let error = text.parse::<PrinterAddress>().expect_err(text);
        assert!(error.to_string().contains("tcp://HOST:9100"), "{error}");
    }
}

#[test]
fn a_file_takes_bytes_and_answers_nothing() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let address = PrinterAddress::File {
        path: file.path().to_owned(),
    };
    let mut transport = address.connect().expect("the file exists");
    transport.write(b"A001\n").expect("there is space");
    assert_eq!(std::fs::read(file.path()).expect("readable"), b"A001\n");
    assert_eq!(
        transport
            .read(&mut [0; 8], Duration::ZERO)
            .expect("the end of a file is no error"),
        0
    );
}

#[test]
fn what_is_not_there_is_named() {
    for text in [
        "file:/no/such/printer",
        "serial:/dev/no-such-line@9600",
        "usb:ffff:ffff",
        "tcp://127.0.0.1:1",
    ] {
        let address: PrinterAddress = text.parse().expect(text);
        match address.connect() {
            Ok(_) => panic!("{text} is not there"),
            Err(error) => assert!(error.to_string().contains(text), "{error}"),
        }
    }
}

#[test]
fn writing_stops_with_a_count_when_the_printer_takes_nothing() {
    let mut room = 5000;
    let error = write_pieces(&[0; 9000], |piece| {
        let taken = piece.len().min(room);
        room -= taken;
        if taken == 0 {
            Err(io::ErrorKind::TimedOut.into())
        } else {
            Ok(taken)
        }
    })
    .expect_err("the printer took 5000 bytes");
    assert!(
        matches!(
            error,
            TransportError::Write {
                taken: 5000,
                total: 9000,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_piece_that_failed_without_a_count_may_have_been_taken() {
    for (whole, counted) in [(0, 1), (1, WRITE_PIECE), (2, 2 * WRITE_PIECE)] {
        let mut sent = 0;
        let error = write_whole_pieces(&[0; 9000], |_| {
            sent += 1;
            if sent > whole {
                Err("cable".to_owned())
            } else {
                Ok(())
            }
        })
        .expect_err("a piece failed");
        assert!(
            matches!(error, TransportError::Write { taken, total: 9000, .. } if taken == counted),
            "{error}"
        );
    }
}
