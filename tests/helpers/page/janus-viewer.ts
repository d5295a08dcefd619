/** Runs inside the page: plays mountpoint 1 of a Janus by its WebSocket API. `window.playJanus(url)` makes the `<video>`. */
{
  interface Answer {
    transaction?: string;
    data?: { id: number };
    jsep?: RTCSessionDescriptionInit;
  }
  const play = async (url: string) => {
    const video = document.createElement('video');
    Object.assign(video, { muted: true, autoplay: true });
    Object.assign(video.dataset, { camera: 'janus', role: 'main' });
    document.body.append(video);
    const peer = new RTCPeerConnection();
    peer.ontrack = ({ streams }) => (video.srcObject = streams[0] ?? null);

    const socket = new WebSocket(url, 'janus-protocol');
    await new Promise((resolve) => (socket.onopen = resolve));
    let session: { session_id?: number; handle_id?: number } = {};
    const waiting = new Map<string, (answer: Answer) => void>();
    const offered = new Promise<RTCSessionDescriptionInit>((resolve) => {
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        const answer = JSON.parse(data) as Answer;
        waiting.get(answer.transaction ?? '')?.(answer);
        if (answer.jsep) resolve(answer.jsep);
      };
    });
    const ask = (words: object) =>
      new Promise<Answer>((resolve) => {
        const transaction = crypto.getRandomValues(new Uint32Array(2)).join('');
        waiting.set(transaction, resolve);
        socket.send(JSON.stringify({ ...words, ...session, transaction }));
      });

    session = { session_id: (await ask({ janus: 'create' })).data!.id };
    session = { ...session, handle_id: (await ask({ janus: 'attach', plugin: 'janus.plugin.streaming' })).data!.id };
    setInterval(() => void ask({ janus: 'keepalive' }), 20_000);
    peer.onicecandidate = ({ candidate }) =>
      void ask({ janus: 'trickle', candidate: candidate ? candidate.toJSON() : { completed: true } });
    void ask({ janus: 'message', body: { request: 'watch', id: 1 } });
    await peer.setRemoteDescription(await offered);
    const answer = await peer.createAnswer();
    await peer.setLocalDescription(answer);
    void ask({ janus: 'message', body: { request: 'start' }, jsep: { type: answer.type, sdp: answer.sdp } });
  };
  Object.assign(window, { playJanus: play });
}
