"""What kiosks hand in for readers who want their receipt by e-mail."""

from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request
from sqlalchemy.exc import SQLAlchemyError

from library.api.mailed_receipts import LONGEST_WISH, MAILS_PATH, read_wish
from server.mailing.receipt_mails import NoAddressError, ReceiptMails, TooManyMailsError
from server.web.kiosk_api import RETRY_S, Doorkeeper, body_of, known_counter


def take_mails(app: FastAPI, doorkeeper: Doorkeeper, mails: ReceiptMails) -> None:
    """Take receipts in also for letters: 202 once one is on disk, 404 where there is no address."""

    @app.post(MAILS_PATH, status_code=HTTPStatus.ACCEPTED)
    async def mail_receipt(request: Request) -> None:
        try:
            counter = await known_counter(doorkeeper, request)
            wish = read_wish(await body_of(request, LONGEST_WISH))
            if wish is None:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
            await mails.put(counter, wish)
        except NoAddressError:
            raise HTTPException(HTTPStatus.NOT_FOUND) from None
        except TooManyMailsError:
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS) from None
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None
