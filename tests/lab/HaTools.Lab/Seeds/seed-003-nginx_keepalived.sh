#!/bin/bash
netstat -antpul|grep nginx &> /dev/null
if [ $? -ne 0 ];then
        /usr/local/nginx/sbin/nginx
        netstat -antpul|grep nginx &> /dev/null
        if [ $? -ne 0 ];then
                systemctl stop keepalived
        fi
fi
