"""Private keys that were published on purpose, by the SHA-256 of their SubjectPublicKeyInfo.

Whoever holds one of them holds nothing that anybody could lose, so it is suppressed with its reason; that one is used in earnest can be
seen when the suppressed ones are listed. Only hashes of public halves are here.
"""

from __future__ import annotations

VAGRANT = "the insecure key that Vagrant ships for its boxes"
OPENSSL = "a key that openssl speed measures with"
RFC_7515 = "an example key of RFC 7515"
RFC_7517 = "an example key of RFC 7517"
RFC_8032 = "a test vector of RFC 8032"
RFC_9421 = "an example key of RFC 9421"
RFC_9500 = "a test key of RFC 9500"

PUBLISHED = {
    "bde93142b0780b2a66d27977d35f4f542e71cc538d491fe6609e2380b747a027": VAGRANT,
    "a7279699e5c6a4ad971f9f205c2409a1cfb05216522b53b3d894dd3ede5e9675": VAGRANT,
    "cebf59a465ccd9c42a7f7f6a789cc741d43cacbc502587ed1c5f0f4e445f1c39": OPENSSL,
    "d2d8c7d1de1e118e810c15eb7f8d9560a433e15cd55eac52aade81d6669cf133": OPENSSL,
    "adadc3246bb4830551c6da143d7462727967bda53059ae6f152323b0aba69595": OPENSSL,
    "01e67e56244b43b668e2b9a697daaafcfb501fa78de2fcc4aa32bdae6dd94af6": OPENSSL,
    "a6fdc2c6d07aa877e3ac360c2ce5efb69ab7dce2fd8df3c1bce0564b17114bc2": OPENSSL,
    "0ea7caf9dd07fd79fe22ceb5efbbd7d4445d231e92ee1bf3b2a022eaffb00495": OPENSSL,
    "7055066ee3969c25d66c1b891c252e83db653ae6834cd60e49250a4af73a97fe": OPENSSL,
    "2bd1bb0c44a897c30a7aa0991cde38d8062fe441de50da0f46825344f602e827": RFC_7515,
    "51b944cdfa544d4c3273aa6bf350625a7dd53bbb6a71723274f538b19a207760": RFC_7517,
    "ad32320cf6c596d884b05381ba573aba8ddd5749b4de8f4a23a79f9a89ddaeb2": RFC_7517,
    "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9": RFC_8032,
    "deb2ded39dc26fce0e6085b6fc34bf6b5941913bbfe2ea614113cff9e004c170": RFC_8032,
    "8d39ba50abe50f77b6bb8ae7b6927aff7ffbeba35ad2837c0e51e82bcbcc60d5": RFC_8032,
    "c73eecd318bd3813f2402a660d8a90010ca35d609d19377d5ee7af200713229f": RFC_9421,
    "72859cbaf21a0b398b1f25712bbed148b1d85a0c6b824176eb306405caa6f0b2": RFC_9421,
    "55f96361b78cbb84f1fc604b0718e82bd91abb46d8fc25ae871b35fbbf8b7974": RFC_9421,
    "34571606cb7a0d71be377e671ddcccae2a169ed7733598214129231cd30c4a3c": RFC_9421,
    "9a9e5b0f404f4e2d4386e38b04ac91e535946dc2a7f8d84a31404b476e5c35e1": RFC_9500,
    "8fb6bad671cfe698393c453357da61b56d757ab8c0f3fb9c87f2849e63131878": RFC_9500,
    "96465ea5dc9bb2da7b351d808a7196e5761f2412a5040131c68d719aaba28fb9": RFC_9500,
    "b2b04340cfaee616ec9c2c62d261b208e54bb197498df52e8cadede23ac0ba5e": RFC_9500,
    "c4c10105a0be0ed4dd3354428dc38a9bfee64da141ce16e75c94eda272f9dd3a": RFC_9500,
    "acb1b8327fef995e2458fdf5e3c33b2dc0749feabd6a894cb9bda9d70ac06c24": RFC_9500,
}
