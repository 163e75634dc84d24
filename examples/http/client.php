<?php
// Asks `nextpick serve` for a piece of content and records that it was sent.
// Start the server:  nextpick serve --state ./state --token-file token.txt
// Then:              php client.php http://127.0.0.1:8737 token.txt
[, $url, $file] = $argv;
$token = trim(file_get_contents($file));

function call(string $path, array $body): mixed {
    global $url, $token;
    $headers = ["Authorization: Bearer $token", 'Content-Type: application/json'];
    $options = ['method' => 'POST', 'header' => $headers, 'content' => json_encode($body)];
    return json_decode(file_get_contents($url . $path, false, stream_context_create(['http' => $options])), true);
}

$now = (int) (microtime(true) * 1000);
call('/items', [['id' => 'a1', 'title' => 'Spring tea', 'tags' => ['tea']], ['id' => 'b2', 'title' => 'Teapots', 'tags' => ['ware']]]);
call('/observe', [['user' => 'u1', 'item' => 'b2', 'kind' => 'click', 'at' => $now - 60000]]);
$decision = call('/recommend', ['user' => 'u1', 'now' => $now]);
if ($decision['picks'] && call('/accept', $decision)['accepted']) {
    echo "send {$decision['picks'][0]['item']} to u1\n";
}
