"""What exports in YAML, of Docker, of Ansible and of password managers are made of, for tests that put them together at random."""

from __future__ import annotations

NESTED = (
    *(
        b"apiVersion: v1\nkind: Secret\n",
        b"data:\n  A: ",
        b"stringData: {A: '",
        b"'}\n",
        b"---\n",
        b"\n- ",
        b"env: [{name: A, value: ",
        b"!Ref ",
    ),
    *(b"USER-SUPPLIED VALUES:\n", b"services:\n  web:\n    environment:\n      A: ", b"secrets: {A: {content: ", b"ENC[AES256_GCM,data:"),
    *(
        b'[{"Id":"","Created":"","Image":"","Config":{"Env":["A=',
        b'"history":[{"created_by":"RUN |1 A=',
        b"sops_version=3\n",
        b"sops: {mac: x}\n",
    ),
    *(b"[web:vars]\n", b"web1 ansible_user=", b"ansible_a: !vault |\n  ", b"all: {hosts: {web1: {A: ", b"$ANSIBLE_VAULT;1.1;AES256\n"),
    *(b"url,username,password,extra,name,grouping,fav\n", b"name,url,username,password\na,b,c,", b",", b"\n,,,,,,", b'"\n"'),
    *(
        b"<KeePassFile><Entry><String><Key>Password</Key><Value>",
        b"</Value></String></Entry>",
        b"</KeePassFile>",
        b"<!DOCTYPE a [",
        b"&amp;",
    ),
    *(
        b'{"id":"","title":"","vault":{},"category":"","fields":[{"type":"CONCEALED","value":"',
        b'{"accounts":[{"vaults":[{"items":[{"details":{"password":"',
    ),
    *(b"AWSTemplateFormatVersion: 1\nParameters: {A: {Default: ", b"Resources: {A: {Properties: {Environment: {Variables: {A: ", b"!Sub "),
    *(b"option_settings:\n  aws:elasticbeanstalk:application:environment:\n    A: ", b'{"env":{"A":{"value":"', b'"}},"addons":[]}'),
    *(b"&a ", b"*a", b"<<: ", b"|\n  ", b"metadata: {annotations: {", b"spec: {containers: [{"),
)
