import { createContext } from 'svelte';
import type { Room } from '#lib/offline/room.svelte.ts';

export const [getRoom, setRoom] = createContext<Room>();
